using System.Security.Cryptography;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Testing;

/// <summary>
/// Stands in for P-256, a thousand times cheaper and not secret at all: both sides hash the two public keys. Keys come
/// from a seed, so that a run can be repeated to the byte.
/// </summary>
internal sealed class CheapDh(int seed) : INoiseDh
{
    private readonly Random _random = new(seed);

    public string Name => "P256";

    public int PublicKeyLength => P256Point.Length;

    public int SharedSecretLength => SHA256.HashSizeInBytes;

    public INoiseKeyPair GenerateKeyPair()
    {
        byte[] key = new byte[P256Point.Length];
        _random.NextBytes(key);
        key[0] = 4;
        return new Pair(key);
    }

    public bool IsValid(ReadOnlySpan<byte> publicKey) => publicKey.Length == P256Point.Length && publicKey[0] == 4;

    public INoisePublicKey Import(ReadOnlySpan<byte> publicKey) => new Public(publicKey.ToArray());

    private sealed record Public(byte[] Key) : INoisePublicKey
    {
        public void Dispose()
        {
        }
    }

    private sealed class Pair(byte[] key) : INoiseKeyPair
    {
        public ReadOnlySpan<byte> PublicKey => key;

        public void Agree(INoisePublicKey remote, Span<byte> sharedSecret)
        {
            byte[] other = ((Public)remote).Key;
            (byte[] low, byte[] high) = key.AsSpan().SequenceCompareTo(other) < 0 ? (key, other) : (other, key);
            SHA256.HashData([.. low, .. high], sharedSecret);
        }

        public void Dispose()
        {
        }
    }
}
