using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>A P-256 private key held by the system, with its public key as 65 bytes.</summary>
internal sealed class P256KeyPair : INoiseKeyPair
{
    private readonly byte[] _publicKey = new byte[P256Point.Length];
    private readonly ECDiffieHellman _key;

    // ECDiffieHellman promises nothing to several threads, and all handshakes of a node share its static key.
    private readonly Lock _lock = new();

    /// <param name="key">A key on P-256; it is disposed with this.</param>
    public P256KeyPair(ECDiffieHellman key)
    {
        _key = key;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        _publicKey[0] = 4;
        point.X!.CopyTo(_publicKey, 1);
        point.Y!.CopyTo(_publicKey, 1 + P256FieldElement.ByteLength);
    }

    public ReadOnlySpan<byte> PublicKey => _publicKey;

    public void Agree(INoisePublicKey remote, Span<byte> sharedSecret)
    {
        byte[] secret;
        lock (_lock)
            secret = _key.DeriveRawSecretAgreement(((P256PublicKey)remote).Key);
        secret.CopyTo(sharedSecret);
        CryptographicOperations.ZeroMemory(secret);
    }

    public void Dispose()
    {
        lock (_lock)
            _key.Dispose();
    }

    public override string ToString() => "***";
}
