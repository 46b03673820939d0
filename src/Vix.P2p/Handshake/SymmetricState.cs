using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>The chaining key, the transcript hash and the present cipher key of a handshake (Noise, section 5.2).</summary>
internal sealed class SymmetricState : IDisposable
{
    public const int HashLength = 32;

    private readonly byte[] _chainingKey = new byte[HashLength];
    private readonly byte[] _hash = new byte[HashLength];
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CipherState _cipher;

    public SymmetricState(NoiseProtocol protocol)
    {
        protocol.InitialHash.CopyTo(_hash);
        protocol.InitialHash.CopyTo(_chainingKey);
        _cipher = new CipherState(protocol.Cipher);
    }

    public ReadOnlySpan<byte> HandshakeHash => _hash;

    public bool HasKey => _cipher.HasKey;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        _sha256.AppendData(_hash);
        _sha256.AppendData(data);
        _sha256.GetHashAndReset(_hash);
    }

    public void MixKey(ReadOnlySpan<byte> inputKeyMaterial)
    {
        Span<byte> output = stackalloc byte[2 * HashLength];
        Derive(inputKeyMaterial, output);
        output[..HashLength].CopyTo(_chainingKey);
        _cipher.SetKey(output[HashLength..]);
        CryptographicOperations.ZeroMemory(output);
    }

    public void MixKeyAndHash(ReadOnlySpan<byte> inputKeyMaterial)
    {
        Span<byte> output = stackalloc byte[3 * HashLength];
        Derive(inputKeyMaterial, output);
        output[..HashLength].CopyTo(_chainingKey);
        MixHash(output[HashLength..(2 * HashLength)]);
        _cipher.SetKey(output[(2 * HashLength)..]);
        CryptographicOperations.ZeroMemory(output);
    }

    public int EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        int length = _cipher.Encrypt(_hash, plaintext, destination);
        MixHash(destination[..length]);
        return length;
    }

    public bool TryDecryptAndHash(ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (!_cipher.TryDecrypt(_hash, ciphertext, plaintext))
            return false;
        MixHash(ciphertext);
        return true;
    }

    /// <summary>The two keys of the records: the initiator sends with the first.</summary>
    public SessionKeys Split(bool initiator)
    {
        Span<byte> output = stackalloc byte[2 * CipherState.KeyLength];
        // Empty input key material, but not by a null pointer: OpenSSL refuses that one.
        ReadOnlySpan<byte> empty = [0];
        Derive(empty[..0], output);
        SessionKeys keys = initiator
            ? new SessionKeys(output[..CipherState.KeyLength], output[CipherState.KeyLength..])
            : new SessionKeys(output[CipherState.KeyLength..], output[..CipherState.KeyLength]);
        CryptographicOperations.ZeroMemory(output);
        return keys;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _sha256.Dispose();
        CryptographicOperations.ZeroMemory(_chainingKey);
        CryptographicOperations.ZeroMemory(_hash);
    }

    public override string ToString() => "***";

    // Noise's HKDF (section 4.3) is RFC 5869 with the chaining key as salt and empty info.
    private void Derive(ReadOnlySpan<byte> inputKeyMaterial, Span<byte> output) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, inputKeyMaterial, output, _chainingKey, info: default);
}
