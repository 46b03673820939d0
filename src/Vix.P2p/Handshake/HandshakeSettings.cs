using System.Security.Cryptography;
using System.Text;

namespace Vix.P2p.Handshake;

/// <summary>What all handshakes of a node share: who it is and which network it is in.</summary>
internal sealed class HandshakeSettings : IDisposable
{
    public const int NetworkKeyLength = 32;

    // kind | magic | version | suite | flags: the start of the prologue, and but for the length the start of Hello.
    private const int HelloHeaderLength = 10;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _prologue = new byte[HelloHeaderLength + SHA256.HashSizeInBytes];
    private readonly byte[] _psk;

    /// <param name="identity">The node's own key; it stays the caller's.</param>
    /// <param name="networkKey">Empty, or the network's 32 bytes; they are not kept.</param>
    /// <param name="networkName">The network's name; not a secret.</param>
    public HandshakeSettings(NodeIdentity identity, ReadOnlySpan<byte> networkKey, string networkName)
    {
        if (networkKey.Length is not (0 or NetworkKeyLength))
            throw new ArgumentException($"A network key has {NetworkKeyLength} bytes, not {networkKey.Length}.", nameof(networkKey));
        Identity = identity;
        HasNetworkKey = !networkKey.IsEmpty;
        _psk = HasNetworkKey ? new byte[CipherState.KeyLength] : [];
        if (HasNetworkKey)
            HKDF.DeriveKey(HashAlgorithmName.SHA256, networkKey, _psk, salt: default, "vix-psk-v1"u8);
        Protocol = new NoiseProtocol(HasNetworkKey ? HandshakePattern.XXpsk0 : HandshakePattern.XX, identity.Dh, AesGcmCipher.Instance);

        _prologue[0] = (byte)HandshakeKind.Hello;
        HelloHeader.Write(_prologue.AsSpan(1), HasNetworkKey);
        SHA256.HashData(StrictUtf8.GetBytes(networkName), _prologue.AsSpan(HelloHeaderLength));
    }

    public NodeIdentity Identity { get; }

    public bool HasNetworkKey { get; }

    public NoiseProtocol Protocol { get; }

    /// <summary>Starts a handshake. A Hello is taken only with the very header this node sends, so the prologue is known.</summary>
    public HandshakeState CreateState(bool initiator) => new(Protocol, initiator, _prologue, Identity.KeyPair, _psk);

    public void Dispose() => CryptographicOperations.ZeroMemory(_psk);

    public override string ToString() => "***";
}
