using System.Buffers;

namespace Vix.P2p.Messages;

/// <summary>
/// Bytes that have come and were not read, in pooled arrays one behind the other. It holds about as much as has come,
/// and nothing when all is read. Not thread-safe: its owner holds the lock.
/// </summary>
internal struct StreamBuffer(ArrayPool<byte> pool)
{
    private const int Least = 256;

    // The shared pool keeps some arrays of each size a core. Of the few large ones that many streams take it finds most
    // again, of as many bytes in small ones hardly any.
    private const int Gathered = 64 * 1024;

    private readonly Queue<byte[]> _full = new(0);
    private byte[] _tail = [];
    private int _tailLength;
    private int _start;

    /// <summary>The bytes in it.</summary>
    public int Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_tailLength == _tail.Length)
                Grow(bytes.Length);
            int fits = Math.Min(bytes.Length, _tail.Length - _tailLength);
            bytes[..fits].CopyTo(_tail.AsSpan(_tailLength));
            _tailLength += fits;
            bytes = bytes[fits..];
        }
    }

    /// <summary>Takes what lies in the first array, or what of it fits: so much as may be copied under a lock.</summary>
    public int Take(Span<byte> destination)
    {
        if (Length == 0)
            return 0;
        bool only = _full.Count == 0;
        byte[] head = only ? _tail : _full.Peek();
        int end = only ? _tailLength : head.Length;
        int taken = Math.Min(destination.Length, end - _start);
        head.AsSpan(_start, taken).CopyTo(destination);
        _start += taken;
        Length -= taken;
        if (_start < end)
            return taken;
        _start = 0;
        if (only)
            (_tail, _tailLength) = ([], 0);
        else
            _full.Dequeue();
        pool.Return(head);
        return taken;
    }

    /// <summary>Drops everything; returns how much it was.</summary>
    public int Clear()
    {
        int dropped = Length;
        while (_full.TryDequeue(out byte[]? array))
            pool.Return(array);
        if (_tail.Length > 0)
            pool.Return(_tail);
        (_tail, _tailLength, _start, Length) = ([], 0, 0, 0);
        return dropped;
    }

    // An array is filled to its end before the next one, so that only the last needs a length.
    private void Grow(int bytes)
    {
        int size = Math.Max(bytes, Math.Clamp(2 * _tail.Length, Least, Gathered));
        if (_tail.Length > 0)
            _full.Enqueue(_tail);
        _tail = pool.Rent(size);
        _tailLength = 0;
    }
}
