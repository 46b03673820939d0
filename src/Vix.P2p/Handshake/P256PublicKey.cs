using System.Diagnostics;
using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>A remote P-256 key, imported once for all its agreements.</summary>
internal sealed class P256PublicKey : INoisePublicKey
{
    private readonly ECDiffieHellman _key;

    public P256PublicKey(ReadOnlySpan<byte> point)
    {
        Debug.Assert(P256Point.IsValid(point), "The system is given points on the curve only.");
        _key = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = point.Slice(1, P256FieldElement.ByteLength).ToArray(),
                Y = point[(1 + P256FieldElement.ByteLength)..].ToArray(),
            },
        });
        Key = _key.PublicKey;
    }

    public ECDiffieHellmanPublicKey Key { get; }

    public void Dispose()
    {
        Key.Dispose();
        _key.Dispose();
    }
}
