using System.Security.Cryptography;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>Makes P-256 keys of known private numbers.</summary>
internal static class P256TestKey
{
    public static P256KeyPair Of(byte[] privateKey) =>
        new(ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey }));

    /// <summary>A private number that is the same in each run.</summary>
    public static byte[] Number(string seed)
    {
        byte[] number = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(seed));
        number[0] &= 0x7f; // below the group's order
        return number;
    }
}
