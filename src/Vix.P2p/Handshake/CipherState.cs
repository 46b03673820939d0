using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>A key with its counter (Noise, section 5.1). Without a key it copies.</summary>
internal sealed class CipherState(INoiseCipher cipher) : IDisposable
{
    public const int KeyLength = 32;
    public const int TagLength = 16;

    private readonly byte[] _key = new byte[KeyLength];
    private ulong _counter;

    public bool HasKey { get; private set; }

    public void SetKey(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key);
        _counter = 0;
        HasKey = true;
    }

    /// <summary>Writes the ciphertext and its tag and returns their length.</summary>
    public int Encrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        if (!HasKey)
        {
            plaintext.CopyTo(destination);
            return plaintext.Length;
        }

        cipher.Encrypt(_key, _counter, associatedData, plaintext, destination);
        Advance();
        return plaintext.Length + TagLength;
    }

    /// <summary>Opens a ciphertext that ends in its tag; the counter is raised only when it is authentic.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (!HasKey)
        {
            ciphertext.CopyTo(plaintext);
            return true;
        }

        if (!cipher.TryDecrypt(_key, _counter, associatedData, ciphertext, plaintext))
            return false;
        Advance();
        return true;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        HasKey = false;
    }

    private void Advance() => _counter = checked(_counter + 1);
}
