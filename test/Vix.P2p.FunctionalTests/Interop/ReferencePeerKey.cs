using System.Security.Cryptography;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>A P-256 key pair, static or ephemeral. Plain data: the system key is made for each agreement and dropped.</summary>
internal sealed class ReferencePeerKey
{
    private readonly ECParameters _parameters;

    private ReferencePeerKey(ECDiffieHellman key)
    {
        _parameters = key.ExportParameters(includePrivateParameters: true);
        Public = [4, .. _parameters.Q.X!, .. _parameters.Q.Y!];
    }

    /// <summary>The public key as it goes over the wire: <c>04 X Y</c>, 65 bytes.</summary>
    public byte[] Public { get; }

    public string PeerId => PeerIdOf(Public);

    public static ReferencePeerKey Generate()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return new ReferencePeerKey(key);
    }

    public static ReferencePeerKey FromScalar(ReadOnlySpan<byte> scalar)
    {
        using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() });
        return new ReferencePeerKey(key);
    }

    /// <summary>Takes over a node's identity from its PKCS#8 file, to play that very node.</summary>
    public static ReferencePeerKey FromPem(string pem)
    {
        using var key = ECDiffieHellman.Create();
        key.ImportFromPem(pem);
        return new ReferencePeerKey(key);
    }

    public static string PeerIdOf(ReadOnlySpan<byte> publicKey) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "vix-peer-v1"u8, .. publicKey]));

    /// <summary>The x of the shared point, 32 bytes big-endian.</summary>
    /// <exception cref="ReferencePeerException">The other side's key is no point of the curve.</exception>
    public byte[] Agree(ReadOnlySpan<byte> remote)
    {
        if (!ReferencePeerPoint.IsValid(remote))
        {
            throw new ReferencePeerException("The public key is not a point of P-256.");
        }

        using var own = ECDiffieHellman.Create(_parameters);
        using var other = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = remote[1..33].ToArray(), Y = remote[33..].ToArray() },
        });
        return own.DeriveRawSecretAgreement(other.PublicKey);
    }
}
