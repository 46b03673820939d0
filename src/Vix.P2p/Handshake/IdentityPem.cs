using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>The text of an identity file: a P-256 private key as PKCS#8 in PEM.</summary>
internal static class IdentityPem
{
    private const string OtherKind = "it holds no P-256 private key, or a damaged one";

    private static ReadOnlySpan<byte> Label => "PRIVATE KEY"u8;

    /// <summary>The text of a key; the caller zeroes it.</summary>
    public static byte[] Write(ECDiffieHellman key)
    {
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        byte[] pem = PemEncoding.WriteUtf8(Label, pkcs8);
        CryptographicOperations.ZeroMemory(pkcs8);
        return pem;
    }

    /// <summary>Reads a key; when it cannot, <paramref name="cause"/> says why in words.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out P256KeyPair? keyPair, [NotNullWhen(false)] out string? cause)
    {
        keyPair = null;
        if (!PemEncoding.TryFindUtf8(pem, out PemFields fields))
        {
            cause = "it is not a PEM file, or a damaged one";
            return false;
        }

        if (!pem[fields.Label].SequenceEqual(Label))
        {
            cause = "its PEM block is not a PRIVATE KEY (PKCS#8, without a password)";
            return false;
        }

        byte[] pkcs8 = new byte[fields.DecodedDataLength];
        try
        {
            cause = Base64.DecodeFromUtf8(pem[fields.Base64Data], pkcs8, out _, out int length) == OperationStatus.Done && length == pkcs8.Length
                ? Import(pkcs8, out keyPair)
                : "it is damaged";
            return keyPair is not null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static string? Import(ReadOnlySpan<byte> pkcs8, out P256KeyPair? keyPair)
    {
        keyPair = null;
        ECDiffieHellman key = ECDiffieHellman.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out int length);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            // Our own point check names the curve: no point of another one lies on it but by chance, and the name that
            // the system gives a curve differs from system to system.
            if (length != pkcs8.Length || !parameters.Curve.IsNamed || !P256Point.IsValid(Bytes(parameters.Q)))
                return OtherKind;
            P256KeyPair read = new(key);
            if (!HalvesMatch(read))
                return "its private and public key do not belong together: it is damaged";
            keyPair = read;
            return null;
        }
        catch (CryptographicException)
        {
            return OtherKind;
        }
        finally
        {
            if (keyPair is null)
                key.Dispose();
        }
    }

    private static byte[] Bytes(ECPoint point) => [4, .. point.X!, .. point.Y!];

    // Not every system compares them at import, and a node with a wrong private key would start and then fail each of
    // its handshakes.
    private static bool HalvesMatch(P256KeyPair keyPair)
    {
        using INoiseKeyPair other = P256Dh.Instance.GenerateKeyPair();
        using INoisePublicKey otherPublic = P256Dh.Instance.Import(other.PublicKey);
        using INoisePublicKey ownPublic = P256Dh.Instance.Import(keyPair.PublicKey);
        Span<byte> byPrivate = stackalloc byte[P256Dh.Instance.SharedSecretLength];
        Span<byte> byPublic = stackalloc byte[P256Dh.Instance.SharedSecretLength];
        keyPair.Agree(otherPublic, byPrivate);
        other.Agree(ownPublic, byPublic);
        return CryptographicOperations.FixedTimeEquals(byPrivate, byPublic);
    }
}
