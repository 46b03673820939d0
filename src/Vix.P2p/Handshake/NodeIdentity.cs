using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>This node's static key and the id that follows from it. The key is made ready once for all handshakes.</summary>
internal sealed class NodeIdentity : IDisposable
{
    /// <param name="dh">The function the key is of; handshakes take their ephemeral keys from it.</param>
    /// <param name="keyPair">The key; it is disposed with this.</param>
    public NodeIdentity(INoiseDh dh, INoiseKeyPair keyPair)
    {
        // The lengths of Hello, Ack and Finish are fixed by it.
        if (dh.PublicKeyLength != P256Point.Length)
            throw new ArgumentException($"A public key on the wire has {P256Point.Length} bytes, not {dh.PublicKeyLength}.", nameof(dh));
        Dh = dh;
        KeyPair = keyPair;
        Id = IdOf(keyPair.PublicKey);
    }

    public PeerId Id { get; }

    /// <summary>The 65 bytes of the static public key.</summary>
    public ReadOnlySpan<byte> PublicKey => KeyPair.PublicKey;

    public INoiseDh Dh { get; }

    public INoiseKeyPair KeyPair { get; }

    /// <summary>A new identity that lives as long as this object.</summary>
    public static NodeIdentity CreateEphemeral() => new(P256Dh.Instance, P256Dh.Instance.GenerateKeyPair());

    /// <summary>The identity in a file, which is made when it is not there.</summary>
    /// <param name="path">The file: PKCS#8 in PEM, P-256.</param>
    /// <param name="setting">The full path of the setting that names it, for the message of a refusal.</param>
    /// <exception cref="P2pStartException">The file cannot be made or read, others can read it, or it holds no such key.</exception>
    public static NodeIdentity LoadOrCreate(string path, string setting) =>
        new(P256Dh.Instance, IdentityFile.LoadOrCreate(path, setting));

    /// <summary>The id of a static public key: SHA-256 of <c>vix-peer-v1</c> and the key.</summary>
    public static PeerId IdOf(ReadOnlySpan<byte> publicKey)
    {
        ReadOnlySpan<byte> label = "vix-peer-v1"u8;
        Span<byte> input = stackalloc byte[label.Length + P256Point.Length];
        label.CopyTo(input);
        publicKey.CopyTo(input[label.Length..]);
        Span<byte> id = stackalloc byte[PeerId.ByteLength];
        SHA256.HashData(input, id);
        return new PeerId(id);
    }

    public void Dispose() => KeyPair.Dispose();

    public override string ToString() => Id.ToString();
}
