using System.Numerics;
using System.Security.Cryptography;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>X25519 (RFC 7748) by big integers, slow and only good for reading published vectors.</summary>
internal sealed class X25519Dh : INoiseDh
{
    public const int Length = 32;

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    public string Name => "25519";

    public int PublicKeyLength => Length;

    public int SharedSecretLength => Length;

    public INoiseKeyPair GenerateKeyPair() => new KeyPair(RandomNumberGenerator.GetBytes(Length));

    public bool IsValid(ReadOnlySpan<byte> publicKey) => publicKey.Length == Length;

    public INoisePublicKey Import(ReadOnlySpan<byte> publicKey) => new PublicKey(publicKey.ToArray());

    // RFC 7748, section 5: the Montgomery ladder.
    private static byte[] Multiply(byte[] privateKey, ReadOnlySpan<byte> point)
    {
        byte[] scalarBytes = [.. privateKey];
        scalarBytes[0] &= 248;
        scalarBytes[31] = (byte)((scalarBytes[31] & 127) | 64);
        BigInteger scalar = new(scalarBytes, isUnsigned: true);
        byte[] pointBytes = point.ToArray();
        pointBytes[31] &= 127;
        BigInteger x1 = new(pointBytes, isUnsigned: true);
        BigInteger x2 = 1, z2 = 0, x3 = x1, z3 = 1;
        for (int bit = 254; bit >= 0; bit--)
        {
            bool swap = !((scalar >> bit) & 1).IsZero;
            if (swap)
                (x2, z2, x3, z3) = (x3, z3, x2, z2);
            BigInteger aa = BigInteger.ModPow(x2 + z2, 2, Prime);
            BigInteger bb = BigInteger.ModPow(x2 - z2, 2, Prime);
            BigInteger e = aa - bb;
            BigInteger da = (x3 - z3) * (x2 + z2) % Prime;
            BigInteger cb = (x3 + z3) * (x2 - z2) % Prime;
            x3 = BigInteger.ModPow(da + cb, 2, Prime);
            z3 = x1 * BigInteger.ModPow(da - cb, 2, Prime) % Prime;
            x2 = aa * bb % Prime;
            z2 = e * (aa + (121665 * e)) % Prime;
            if (swap)
                (x2, z2, x3, z3) = (x3, z3, x2, z2);
        }

        BigInteger result = x2 * BigInteger.ModPow(z2, Prime - 2, Prime) % Prime;
        if (result.Sign < 0)
            result += Prime;
        byte[] output = new byte[Length];
        result.TryWriteBytes(output, out _, isUnsigned: true);
        return output;
    }

    public sealed class PublicKey(byte[] bytes) : INoisePublicKey
    {
        public byte[] Bytes => bytes;

        public void Dispose()
        {
        }
    }

    public sealed class KeyPair(byte[] privateKey) : INoiseKeyPair
    {
        private readonly byte[] _publicKey = Multiply(privateKey, (byte[])[9, .. new byte[Length - 1]]);

        ReadOnlySpan<byte> INoiseKeyPair.PublicKey => _publicKey;

        public void Agree(INoisePublicKey remote, Span<byte> sharedSecret) =>
            Multiply(privateKey, ((PublicKey)remote).Bytes).CopyTo(sharedSecret);

        public void Dispose()
        {
        }
    }
}
