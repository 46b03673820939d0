using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>AES-256-GCM with Noise's nonce: 4 zero bytes and the counter, big-endian (Noise, section 12.4).</summary>
internal sealed class AesGcmCipher : INoiseCipher
{
    private const int NonceLength = 12;

    private AesGcmCipher()
    {
    }

    public static AesGcmCipher Instance { get; } = new();

    public string Name => "AESGCM";

    public void Encrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        using AesGcm aes = new(key, CipherState.TagLength);
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(counter, nonce);
        aes.Encrypt(nonce, plaintext, destination[..plaintext.Length], destination.Slice(plaintext.Length, CipherState.TagLength), associatedData);
    }

    public bool TryDecrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        using AesGcm aes = new(key, CipherState.TagLength);
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(counter, nonce);
        ReadOnlySpan<byte> tag = ciphertext[^CipherState.TagLength..];
        if (ciphertext.Length == CipherState.TagLength)
        {
            // AesGcm reports a wrong tag by an exception only. A flood of Hellos with wrong keys must not cost one
            // each, and theirs is a tag over nothing, which can be computed again and compared.
            Span<byte> expected = stackalloc byte[CipherState.TagLength];
            aes.Encrypt(nonce, default, default, expected, associatedData);
            return CryptographicOperations.FixedTimeEquals(expected, tag);
        }

        try
        {
            aes.Decrypt(nonce, ciphertext[..^CipherState.TagLength], tag, plaintext[..(ciphertext.Length - CipherState.TagLength)], associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], counter);
    }
}
