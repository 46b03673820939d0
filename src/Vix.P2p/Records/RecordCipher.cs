using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vix.P2p.Records;

/// <summary>
/// The cipher state of one direction (Noise, section 5.1): AES-256-GCM, a counter that makes the nonce, and the rekey.
/// What the system keeps for a key is some 1.8 KB, half of what an idle connection holds, so it is given up at
/// <see cref="Rest"/> and made again by the next use.
/// </summary>
internal sealed class RecordCipher : IDisposable
{
    public const int KeyLength = 32;
    public const int TagLength = 16;

    /// <summary>The records sealed under one key.</summary>
    public const int RecordsPerKey = 65_536;

    /// <summary>The first nonce that is never used for a record; 2^64 - 1, after it, is the rekey's own.</summary>
    public const ulong CounterLimit = ulong.MaxValue - 1;

    private const int NonceLength = 12;

    // Pinned, so that the collector leaves no copies of it behind; zeroed at the end.
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
    private AesGcm? _aes;
    private ulong _counter;
    private bool _disposed;

    public RecordCipher(ReadOnlySpan<byte> key, ulong counter)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        key.CopyTo(_key);
        _counter = counter;
    }

    public bool IsExhausted => _counter >= CounterLimit;

    public void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(_counter, nonce);
        Aes().Encrypt(nonce, plaintext, ciphertext, tag);
        Advance();
    }

    public bool TryDecrypt(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(_counter, nonce);
        try
        {
            Aes().Decrypt(nonce, ciphertext, tag, plaintext);
        }
        catch (AuthenticationTagMismatchException)
        {
            // The system says it no other way. It happens once a connection, which ends by it.
            return false;
        }

        // Only now: a forged record must not move the counter (Noise, section 5.1, DecryptWithAd).
        Advance();
        return true;
    }

    /// <summary>Gives up all but key and counter, until the next use: for a connection that is idle.</summary>
    public void Rest()
    {
        _aes?.Dispose();
        _aes = null;
    }

    public void Dispose()
    {
        Rest();
        CryptographicOperations.ZeroMemory(_key);
        _disposed = true;
    }

    private AesGcm Aes()
    {
        if (_aes is { } ready)
            return ready;
        // A key of zeros must never seal anything.
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _aes = new AesGcm(_key, TagLength);
    }

    private void Advance()
    {
        // The counter goes on over a rekey, so both ends find the same edges by the counter alone.
        if (++_counter % RecordsPerKey == 0)
            Rekey();
    }

    // Noise, section 4.2: REKEY(k) is the first 32 bytes of ENCRYPT(k, 2^64 - 1, zerolen, zeros). It is taken as soon
    // as the last record of a key is through, so that the old key does not outlive it on a connection that falls idle.
    private void Rekey()
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> zeros = stackalloc byte[KeyLength];
        Span<byte> tag = stackalloc byte[TagLength];
        WriteNonce(ulong.MaxValue, nonce);
        zeros.Clear();
        Aes().Encrypt(nonce, zeros, _key, tag);
        Rest();
    }

    // Noise, section 12.4: 32 bits of zeros, then the counter, big-endian.
    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], counter);
    }
}
