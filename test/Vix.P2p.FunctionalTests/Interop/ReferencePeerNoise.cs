using System.Security.Cryptography;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>
/// Noise XX and XXpsk0 over P-256, AES-GCM and SHA-256, one method a message and side, the tokens in the order the
/// pattern lists them.
/// </summary>
internal sealed class ReferencePeerNoise
{
    private readonly ReferencePeerKey _static;
    private readonly ReferencePeerKey _ephemeral;
    private readonly byte[]? _psk;
    private byte[] _ck;
    private byte[] _h;
    private byte[]? _k;
    private ulong _n;

    public ReferencePeerNoise(ReferencePeerKey staticKey, ReferencePeerKey ephemeral, ReadOnlySpan<byte> prologue, byte[]? psk)
    {
        _static = staticKey;
        _ephemeral = ephemeral;
        _psk = psk;
        _h = new byte[32];
        (psk is null ? "Noise_XX_P256_AESGCM_SHA256"u8 : "Noise_XXpsk0_P256_AESGCM_SHA256"u8).CopyTo(_h);
        _ck = [.. _h];
        MixHash(prologue);
    }

    public byte[] RemoteEphemeral { get; private set; } = [];

    public byte[] RemoteStatic { get; private set; } = [];

    public byte[] HandshakeHash => [.. _h];

    // -> (psk,) e
    public byte[] WriteMessage1(ReadOnlySpan<byte> payload)
    {
        MixPsk();
        return [.. WriteE(), .. EncryptAndHash(payload)];
    }

    public byte[] ReadMessage1(ReadOnlySpan<byte> message)
    {
        MixPsk();
        var rest = ReadE(message);
        return DecryptAndHash(rest);
    }

    // <- e, ee, s, es
    public byte[] WriteMessage2(ReadOnlySpan<byte> payload)
    {
        var e = WriteE();
        MixKey(_ephemeral.Agree(RemoteEphemeral));
        var s = EncryptAndHash(_static.Public);
        MixKey(_static.Agree(RemoteEphemeral));
        return [.. e, .. s, .. EncryptAndHash(payload)];
    }

    public byte[] ReadMessage2(ReadOnlySpan<byte> message)
    {
        var rest = ReadE(message);
        MixKey(_ephemeral.Agree(RemoteEphemeral));
        rest = ReadS(rest);
        MixKey(_ephemeral.Agree(RemoteStatic));
        return DecryptAndHash(rest);
    }

    // -> s, se
    public byte[] WriteMessage3(ReadOnlySpan<byte> payload)
    {
        var s = EncryptAndHash(_static.Public);
        MixKey(_static.Agree(RemoteEphemeral));
        return [.. s, .. EncryptAndHash(payload)];
    }

    public byte[] ReadMessage3(ReadOnlySpan<byte> message)
    {
        var rest = ReadS(message);
        MixKey(_ephemeral.Agree(RemoteStatic));
        return DecryptAndHash(rest);
    }

    /// <summary>The first cipher is the one the initiator sends with.</summary>
    public (ReferencePeerCipher First, ReferencePeerCipher Second) Split()
    {
        var keys = Hkdf([], 2);
        return (new ReferencePeerCipher(keys[0]), new ReferencePeerCipher(keys[1]));
    }

    private byte[] WriteE()
    {
        MixE(_ephemeral.Public);
        return _ephemeral.Public;
    }

    private ReadOnlySpan<byte> ReadE(ReadOnlySpan<byte> message)
    {
        RemoteEphemeral = Take(message, ReferencePeerPoint.Size).ToArray();
        if (!ReferencePeerPoint.IsValid(RemoteEphemeral))
        {
            throw new ReferencePeerException("The ephemeral key is not a point of P-256.");
        }

        MixE(RemoteEphemeral);
        return message[ReferencePeerPoint.Size..];
    }

    private ReadOnlySpan<byte> ReadS(ReadOnlySpan<byte> message)
    {
        const int Size = ReferencePeerPoint.Size + ReferencePeerCipher.TagSize;
        RemoteStatic = DecryptAndHash(Take(message, Size));
        return message[Size..];
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> message, int size) => message.Length >= size
        ? message[..size]
        : throw new ReferencePeerException("The Noise message is too short.");

    private void MixE(byte[] e)
    {
        MixHash(e);
        if (_psk is not null)
        {
            // Noise section 9.2: without it message 1 would be sealed with a key that never changes.
            MixKey(e);
        }
    }

    private void MixPsk()
    {
        if (_psk is not null)
        {
            var keys = Hkdf(_psk, 3);
            _ck = keys[0];
            MixHash(keys[1]);
            SetKey(keys[2]);
        }
    }

    private void MixKey(byte[] secret)
    {
        var keys = Hkdf(secret, 2);
        _ck = keys[0];
        SetKey(keys[1]);
    }

    private void SetKey(byte[] key)
    {
        _k = key;
        _n = 0;
    }

    private void MixHash(ReadOnlySpan<byte> data) => _h = SHA256.HashData([.. _h, .. data]);

    private byte[] EncryptAndHash(ReadOnlySpan<byte> plaintext)
    {
        var output = plaintext.ToArray();
        if (_k is not null)
        {
            using var cipher = new ReferencePeerCipher(_k, _n++);
            output = cipher.Seal(_h, plaintext);
        }

        MixHash(output);
        return output;
    }

    private byte[] DecryptAndHash(ReadOnlySpan<byte> input)
    {
        var output = input.ToArray();
        if (_k is not null)
        {
            using var cipher = new ReferencePeerCipher(_k, _n++);
            output = cipher.Open(_h, input);
        }

        MixHash(input);
        return output;
    }

    private byte[][] Hkdf(byte[] input, int count)
    {
        var output = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 32 * count, salt: _ck, info: []);
        return [.. output.Chunk(32)];
    }
}
