using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Noise's CipherState with AES-256-GCM: one key, one counter.</summary>
internal sealed class ReferencePeerCipher : IDisposable
{
    public const int TagSize = 16;

    private readonly byte[] _key;
    private AesGcm _gcm;

    public ReferencePeerCipher(ReadOnlySpan<byte> key, ulong counter = 0)
    {
        _key = key.ToArray();
        Counter = counter;
        _gcm = new AesGcm(_key, TagSize);
    }

    /// <summary>The nonce of the next seal or open.</summary>
    public ulong Counter { get; private set; }

    public byte[] Seal(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext)
    {
        var output = Seal(Counter, associated, plaintext);
        Counter++;
        return output;
    }

    /// <exception cref="ReferencePeerException">The tag is wrong; the counter stays.</exception>
    public byte[] Open(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> ciphertext)
    {
        if (ciphertext.Length < TagSize)
        {
            throw new ReferencePeerException("The ciphertext is shorter than its tag.");
        }

        var plaintext = new byte[ciphertext.Length - TagSize];
        try
        {
            _gcm.Decrypt(Nonce(Counter), ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associated);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new ReferencePeerException($"The tag is wrong at counter {Counter}.", error);
        }

        Counter++;
        return plaintext;
    }

    /// <summary>REKEY of Noise: the counter goes on.</summary>
    public void Rekey()
    {
        Seal(ulong.MaxValue, [], new byte[32]).AsSpan(0, 32).CopyTo(_key);
        _gcm.Dispose();
        _gcm = new AesGcm(_key, TagSize);
    }

    public void Dispose() => _gcm.Dispose();

    private static byte[] Nonce(ulong counter)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), counter);
        return nonce;
    }

    private byte[] Seal(ulong counter, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext)
    {
        var output = new byte[plaintext.Length + TagSize];
        _gcm.Encrypt(Nonce(counter), plaintext, output.AsSpan(0, plaintext.Length), output.AsSpan(plaintext.Length), associated);
        return output;
    }
}
