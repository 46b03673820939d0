using System.Buffers;

namespace Vix.P2p.Connections;

/// <summary>The control frames of the record to come, in a pooled array that an idle connection does not hold.</summary>
internal struct ControlBuffer
{
    // Two heartbeats, a Close and, a turn, credit for some 90 protocols or streams.
    private const int Size = 1_024;

    private byte[]? _array;
    private int _length;

    public readonly int Length => _length;

    public readonly ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    /// <summary>Room for what comes next.</summary>
    public Span<byte> Free(ArrayPool<byte> pool) => (_array ??= pool.Rent(Size)).AsSpan(_length, Size - _length);

    public void Advance(int bytes) => _length += bytes;

    public void Clear() => _length = 0;

    public void Return(ArrayPool<byte> pool)
    {
        if (_array is not null)
            pool.Return(_array);
        _array = null;
        _length = 0;
    }
}
