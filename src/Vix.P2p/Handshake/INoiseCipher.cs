namespace Vix.P2p.Handshake;

/// <summary>The cipher of a handshake (Noise, section 4.2). It keeps no key: each one is used once or twice only.</summary>
internal interface INoiseCipher
{
    /// <summary>The name in the protocol's name, such as <c>AESGCM</c>.</summary>
    string Name { get; }

    /// <summary>Writes the ciphertext and then the 16-byte tag.</summary>
    void Encrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination);

    /// <summary>Opens what <see cref="Encrypt"/> wrote; false when it is not authentic.</summary>
    bool TryDecrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext);
}
