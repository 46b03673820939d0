namespace Vix.P2p.Handshake;

/// <summary>
/// The Diffie-Hellman function of a handshake. Noise has one DHLEN; here a public key and a shared secret have lengths
/// of their own, as P-256 needs (docs/protocol.md, section 1).
/// </summary>
internal interface INoiseDh
{
    /// <summary>The name in the protocol's name, such as <c>P256</c>.</summary>
    string Name { get; }

    int PublicKeyLength { get; }

    int SharedSecretLength { get; }

    INoiseKeyPair GenerateKeyPair();

    /// <summary>
    /// Whether the bytes are a public key. It costs no elliptic-curve operation, and nothing else of this seam is
    /// called with bytes that fail it.
    /// </summary>
    bool IsValid(ReadOnlySpan<byte> publicKey);

    /// <summary>Makes a key of bytes that are valid; it is costly, so done once a key.</summary>
    INoisePublicKey Import(ReadOnlySpan<byte> publicKey);
}
