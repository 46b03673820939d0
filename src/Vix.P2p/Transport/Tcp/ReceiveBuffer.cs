using System.Buffers;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// The bytes of a socket that are not consumed yet, in one pooled array. It doubles when it is full of bytes that have
/// come; that larger blocks were filled is remembered for the next one, and forgotten as reads become small.
/// </summary>
internal struct ReceiveBuffer(ArrayPool<byte> pool)
{
    /// <summary>What the first byte after a silence costs.</summary>
    public const int FirstBlock = 4_096;

    /// <summary>Room for a record and most of the next, so that bulk is one receive for some two records.</summary>
    public const int MaxBlock = 131_072;

    private byte[]? _array;
    private int _start;
    private int _end;
    private int _examined;
    private int _hint = FirstBlock;

    /// <summary>The bytes that are not consumed.</summary>
    public readonly int Length => _end - _start;

    /// <summary>The length from which on there is something that the caller has not examined.</summary>
    public readonly int Unexamined => _examined - _start + 1;

    /// <summary>Larger blocks than the first were filled lately.</summary>
    public readonly bool IsBulk => _hint > FirstBlock;

    public readonly ReadOnlySequence<byte> Sequence =>
        _array is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_array, _start, Length);

    /// <summary>Room for the next receive, of at least one byte.</summary>
    public Span<byte> GetRoom()
    {
        if (_array is null)
            _array = pool.Rent(_hint);
        else if (Length == _array.Length)
            Replace(Grown(_array.Length));
        else if (_array.Length < _hint)
            Replace(_hint);
        else if (_array.Length - _end < _array.Length / 4)
            MoveToFront();
        return _array.AsSpan(_end);
    }

    /// <summary>Counts what has been received into the room.</summary>
    public void Add(int received)
    {
        int capacity = _array!.Length;
        if (_end + received == capacity)
            _hint = Math.Max(_hint, Math.Min(2 * capacity, MaxBlock));
        else if (Length == 0 && received <= _hint / 8)
            _hint = Math.Max(FirstBlock, _hint / 2);
        _end += received;
    }

    public void Advance(SequencePosition consumed, SequencePosition examined)
    {
        if (_array is null)
            return;
        int start = consumed.GetInteger();
        int seen = examined.GetInteger();
        if (consumed.GetObject() != _array || examined.GetObject() != _array || start < _start || seen < start || seen > _end)
            throw new ArgumentOutOfRangeException(nameof(consumed), "The positions are not of the last read, or consumed lies behind examined.");
        _start = start;
        _examined = seen;
        if (Length == 0)
            Free();
    }

    /// <summary>
    /// Before a wait: a few bytes of an unfinished record do not keep the large block that the bytes before them had
    /// filled, else one byte could hold 128 KiB.
    /// </summary>
    public void Trim()
    {
        if (Length == 0)
            Free();
        else if (Length < FirstBlock && _array!.Length > FirstBlock)
            Replace(FirstBlock);
    }

    /// <summary>Gives the array back.</summary>
    public void Free()
    {
        if (_array is not null)
            pool.Return(_array);
        _array = null;
        _start = _end = _examined = 0;
    }

    private static int Grown(int capacity) => capacity < MaxBlock
        ? Math.Min(2 * capacity, MaxBlock)
        : throw new InvalidOperationException($"More than {MaxBlock} bytes were examined and none consumed.");

    private void Replace(int capacity)
    {
        byte[] old = _array!;
        byte[] next = pool.Rent(capacity);
        old.AsSpan(_start, Length).CopyTo(next);
        _array = next;
        Shift();
        pool.Return(old);
    }

    private void MoveToFront()
    {
        if (_start == 0)
            return;
        _array.AsSpan(_start, Length).CopyTo(_array);
        Shift();
    }

    private void Shift()
    {
        _end -= _start;
        _examined -= _start;
        _start = 0;
    }
}
