using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// A Diffie-Hellman function whose keys are always the same, so that an input comes to the same end in each run. What two
/// keys agree on is computed once: most inputs leave the keys as they were.
/// </summary>
internal sealed class FixedDh : INoiseDh, IDisposable
{
    private const int Remembered = 4096;

    private readonly INoiseDh _inner;
    private readonly Pair _identity;
    private readonly Pair _ephemeral;

    /// <param name="inner">What does the work.</param>
    /// <param name="identity">The static key.</param>
    /// <param name="ephemeral">The key of each handshake.</param>
    public FixedDh(INoiseDh inner, INoiseKeyPair identity, INoiseKeyPair ephemeral)
    {
        _inner = inner;
        _identity = new Pair(inner, identity);
        _ephemeral = new Pair(inner, ephemeral);
    }

    public INoiseKeyPair Identity => _identity;

    public ReadOnlySpan<byte> Ephemeral => _ephemeral.PublicKey;

    public string Name => _inner.Name;

    public int PublicKeyLength => _inner.PublicKeyLength;

    public int SharedSecretLength => _inner.SharedSecretLength;

    /// <summary>A real key of P-256 that follows from a name.</summary>
    public static INoiseKeyPair KeyOf(string name) => new P256KeyPair(ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = SHA256.HashData(Encoding.UTF8.GetBytes(name)),
    }));

    public INoiseKeyPair GenerateKeyPair() => _ephemeral;

    public bool IsValid(ReadOnlySpan<byte> publicKey) => _inner.IsValid(publicKey);

    public INoisePublicKey Import(ReadOnlySpan<byte> publicKey) => new Remote(publicKey.ToArray());

    /// <summary>Lets the static key say from now on that it is another.</summary>
    public void Claim(byte[] publicKey) => _identity.Claim(publicKey);

    public void Dispose()
    {
        _identity.Forget();
        _ephemeral.Forget();
    }

    private sealed record Remote(byte[] Key) : INoisePublicKey
    {
        public void Dispose()
        {
        }
    }

    private sealed class Pair(INoiseDh inner, INoiseKeyPair key) : INoiseKeyPair
    {
        private readonly Dictionary<byte[], byte[]> _agreed = new(new ByContent());
        private byte[] _publicKey = key.PublicKey.ToArray();

        public ReadOnlySpan<byte> PublicKey => _publicKey;

        public void Claim(byte[] publicKey) => _publicKey = publicKey;

        public void Agree(INoisePublicKey remote, Span<byte> sharedSecret)
        {
            byte[] other = ((Remote)remote).Key;
            if (!_agreed.TryGetValue(other, out byte[]? secret))
            {
                using INoisePublicKey imported = inner.Import(other);
                secret = new byte[inner.SharedSecretLength];
                key.Agree(imported, secret);
                if (_agreed.Count == Remembered)
                    _agreed.Clear();
                _agreed.Add(other, secret);
            }

            secret.CopyTo(sharedSecret);
        }

        // A handshake disposes its ephemeral key; this one is for the next as well.
        public void Dispose()
        {
        }

        public void Forget() => key.Dispose();
    }

    private sealed class ByContent : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => BinaryPrimitives.ReadInt32BigEndian(obj.AsSpan(1));
    }
}
