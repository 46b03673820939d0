using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>The ephemeral keys that were used last, so that a replayed Hello costs no elliptic-curve work.</summary>
internal sealed class EphemeralKeyCache
{
    private const int SaltLength = 32;

    // A secret salt, and only part of the digest: nobody can make two keys that collide, and constant memory a key.
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly UInt128[] _ring;
    private readonly HashSet<UInt128> _known;
    private readonly Lock _lock = new();
    private int _oldest;

    /// <param name="capacity">How many keys are kept; 0 keeps none and finds none.</param>
    public EphemeralKeyCache(int capacity)
    {
        _ring = new UInt128[capacity];
        _known = new HashSet<UInt128>(capacity);
    }

    /// <summary>Remembers a key in place of the oldest; false when it is known, which does not renew it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> publicKey)
    {
        if (_ring.Length == 0)
            return true;

        UInt128 mark = MarkOf(publicKey);
        lock (_lock)
        {
            if (_known.Contains(mark))
                return false;
            if (_known.Count == _ring.Length)
                _known.Remove(_ring[_oldest]);
            _known.Add(mark);
            _ring[_oldest] = mark;
            _oldest = (_oldest + 1) % _ring.Length;
            return true;
        }
    }

    private UInt128 MarkOf(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> input = stackalloc byte[SaltLength + publicKey.Length];
        _salt.CopyTo(input);
        publicKey.CopyTo(input[SaltLength..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }
}
