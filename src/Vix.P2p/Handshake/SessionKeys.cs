using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>The two keys that a handshake leaves for the records, from this side's view.</summary>
internal sealed class SessionKeys : IDisposable
{
    private readonly byte[] _keys = new byte[2 * CipherState.KeyLength];

    public SessionKeys(ReadOnlySpan<byte> send, ReadOnlySpan<byte> receive)
    {
        send.CopyTo(_keys);
        receive.CopyTo(_keys.AsSpan(CipherState.KeyLength));
    }

    /// <summary>The key that this side seals with: 32 bytes.</summary>
    public ReadOnlySpan<byte> Send => _keys.AsSpan(0, CipherState.KeyLength);

    /// <summary>The key that this side opens with: 32 bytes.</summary>
    public ReadOnlySpan<byte> Receive => _keys.AsSpan(CipherState.KeyLength);

    public void Dispose() => CryptographicOperations.ZeroMemory(_keys);

    public override string ToString() => "***";
}
