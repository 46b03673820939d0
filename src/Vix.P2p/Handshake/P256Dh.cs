using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>P-256 of the system: public keys of 65 bytes, the shared secret is the 32-byte x of the point.</summary>
internal sealed class P256Dh : INoiseDh
{
    private P256Dh()
    {
    }

    public static P256Dh Instance { get; } = new();

    public string Name => "P256";

    public int PublicKeyLength => P256Point.Length;

    public int SharedSecretLength => P256FieldElement.ByteLength;

    public INoiseKeyPair GenerateKeyPair() => new P256KeyPair(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    public bool IsValid(ReadOnlySpan<byte> publicKey) => P256Point.IsValid(publicKey);

    public INoisePublicKey Import(ReadOnlySpan<byte> publicKey) => new P256PublicKey(publicKey);
}
