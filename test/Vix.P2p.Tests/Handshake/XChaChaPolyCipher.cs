using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) of the system's ChaCha20-Poly1305, for reading published vectors.
/// The counter is the last 8 bytes of the nonce, little-endian.
/// </summary>
internal sealed class XChaChaPolyCipher : INoiseCipher
{
    public string Name => "XChaChaPoly";

    public void Encrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        using ChaCha20Poly1305 cipher = new(Subkey(key));
        cipher.Encrypt(Nonce(counter), plaintext, destination[..plaintext.Length], destination.Slice(plaintext.Length, CipherState.TagLength), associatedData);
    }

    public bool TryDecrypt(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        using ChaCha20Poly1305 cipher = new(Subkey(key));
        int length = ciphertext.Length - CipherState.TagLength;
        try
        {
            cipher.Decrypt(Nonce(counter), ciphertext[..length], ciphertext[length..], plaintext[..length], associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Nonce(ulong counter)
    {
        byte[] nonce = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(4), counter);
        return nonce;
    }

    // HChaCha20 with the first 16 bytes of the nonce, which are zero here.
    private static byte[] Subkey(ReadOnlySpan<byte> key)
    {
        uint[] state = new uint[16];
        (state[0], state[1], state[2], state[3]) = (0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);
        for (int i = 0; i < 8; i++)
            state[4 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 4; i++)
                QuarterRound(state, i, 4 + i, 8 + i, 12 + i);
            for (int i = 0; i < 4; i++)
                QuarterRound(state, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
        }

        byte[] subkey = new byte[32];
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(subkey.AsSpan(4 * i), state[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(subkey.AsSpan(16 + (4 * i)), state[12 + i]);
        }

        return subkey;
    }

    private static void QuarterRound(uint[] s, int a, int b, int c, int d)
    {
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 7);
    }
}
