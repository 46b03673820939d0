using System.Security.Cryptography;
using System.Text;

namespace Vix.P2p.Handshake;

/// <summary>A pattern with its functions, such as <c>Noise_XX_P256_AESGCM_SHA256</c>. Immutable; one serves all handshakes of a node.</summary>
internal sealed class NoiseProtocol
{
    private readonly byte[] _initialHash;
    private readonly int[] _overheads;

    public NoiseProtocol(HandshakePattern pattern, INoiseDh dh, INoiseCipher cipher)
    {
        Pattern = pattern;
        Dh = dh;
        Cipher = cipher;
        Name = $"Noise_{pattern.Name}_{dh.Name}_{cipher.Name}_SHA256";

        // Noise, section 5.2, InitializeSymmetric: a name that fits is padded, a longer one is hashed.
        byte[] name = Encoding.ASCII.GetBytes(Name);
        _initialHash = name.Length > SymmetricState.HashLength ? SHA256.HashData(name) : name;
        Array.Resize(ref _initialHash, SymmetricState.HashLength);
        _overheads = Overheads(pattern, dh.PublicKeyLength);
    }

    public string Name { get; }

    public HandshakePattern Pattern { get; }

    public INoiseDh Dh { get; }

    public INoiseCipher Cipher { get; }

    public ReadOnlySpan<byte> InitialHash => _initialHash;

    /// <summary>What a message has besides its payload, in bytes: keys and tags.</summary>
    public int OverheadOf(int message) => _overheads[message];

    private static int[] Overheads(HandshakePattern pattern, int publicKeyLength)
    {
        int[] overheads = new int[pattern.MessageCount];
        bool keyed = false;
        for (int message = 0; message < overheads.Length; message++)
        {
            foreach (NoiseToken token in pattern.TokensOf(message))
            {
                if (token is NoiseToken.E or NoiseToken.S)
                    overheads[message] += publicKeyLength;
                if (token is NoiseToken.S && keyed)
                    overheads[message] += CipherState.TagLength;
                keyed |= token is not (NoiseToken.E or NoiseToken.S) || (token is NoiseToken.E && pattern.HasPsk);
            }

            if (keyed)
                overheads[message] += CipherState.TagLength;
        }

        return overheads;
    }
}
