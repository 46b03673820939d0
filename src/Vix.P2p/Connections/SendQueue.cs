using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The frames that wait to be sent on one connection, gathered into the records they will be. A frame never spans
/// two records here, so that a heartbeat fits between any two of them. Not thread-safe: its owner holds the gate.
/// </summary>
internal sealed class SendQueue(int limit, ByteBudget budget) : IDisposable
{
    /// <summary>What a message or a small frame counts at least (docs/security.md, row 15).</summary>
    public const int LeastCost = 64;

    /// <summary>Frames that may not wait go beyond the limit by so much; a peer that makes more of them is closed.</summary>
    public const int Reserve = 64 * 1024;

    /// <summary>
    /// A payload is not cut for less than this, unless less is left of it: each piece costs both sides some 100 ns. So
    /// a frame with a body of at most this much is never cut.
    /// </summary>
    public const int LeastPiece = 4_096;

    private const int FirstBlock = 256;
    private const int HeaderRoom = FrameCodec.MaxHeader;

    private Queue<SendBlock>? _full;
    private byte[] _tail = [];
    private int _tailLength;
    private int _tailCost;
    private int _tailMessages;
    private int _hint = FirstBlock;
    private int _used;
    private int _unsent;
    private long _added;
    private ulong? _ping;
    private ulong? _pong;
    private CloseCode? _close;
    private bool _open;
    private bool _ended;

    /// <summary>What waits or is being sent, as it counts; read from anywhere.</summary>
    public int Length => Volatile.Read(ref _used);

    /// <summary>Messages that were taken and have not gone to the transport; read from anywhere.</summary>
    public int Unsent => Volatile.Read(ref _unsent);

    /// <summary>Blocks that were begun since the start; what is added now is gone when that many have gone.</summary>
    public long Added => _added;

    public bool HasBlock => _full is { Count: > 0 } || _tailLength > 0;

    /// <summary>A record's worth of frames waits.</summary>
    public bool HasFullBlock => _full is { Count: > 0 };

    public bool HasControl => _ping is not null || _pong is not null;

    public bool HasClose => _close is not null;

    /// <summary>Nothing more is taken.</summary>
    public bool IsEnded => _ended;

    /// <summary>Nothing waits but, perhaps, the Close at the end of all.</summary>
    public bool IsEmpty => !HasBlock && !HasControl && _close is null;

    /// <summary>Half of the room is free again: those that wait for it may go on, and not one by one.</summary>
    public bool IsLow => _used <= limit / 2;

    /// <summary>What may be added before the queue is full.</summary>
    public int Room => _ended ? 0 : limit - _used;

    /// <summary>Whether that much can be added; it is then counted, and must be.</summary>
    public SendQueueResult TryReserve(int cost)
    {
        if (_ended)
            return SendQueueResult.Ended;
        if (_used + cost > limit)
            return SendQueueResult.Full;
        if (!budget.TryTake(cost))
            return SendQueueResult.NodeFull;
        Volatile.Write(ref _used, _used + cost);
        return SendQueueResult.Added;
    }

    /// <summary>Counts a small frame that may not wait; false when there are so many that the peer must be taking none.</summary>
    public bool TryReserveBeyond(int cost)
    {
        if (_used + cost > limit + Reserve)
            return false;
        budget.TakeBeyond(cost);
        Volatile.Write(ref _used, _used + cost);
        return true;
    }

    /// <summary>
    /// Appends one frame with as much of the payload as fits into the record being gathered, or into the next one. Its
    /// cost must have been reserved.
    /// </summary>
    /// <param name="frame">How it is framed.</param>
    /// <param name="payload">What is left to send.</param>
    /// <param name="last">Whether nothing of the payload is left outside.</param>
    /// <returns>How much of the payload was taken.</returns>
    public int Add(in OutgoingFrame frame, ReadOnlySpan<byte> payload, bool last)
    {
        int overhead = HeaderRoom + frame.Prefix.Length;
        int room = RecordSealer.MaxPlaintext - _tailLength - overhead;
        if (room < Math.Min(payload.Length, LeastPiece))
        {
            EndBlock();
            room = RecordSealer.MaxPlaintext - overhead;
        }

        int piece = Math.Min(payload.Length, room);
        // What is left costs as much as a least frame: one that has fewer bytes would cost credit that nobody reckons with.
        if (payload.Length - piece is > 0 and < LeastCost)
            piece = payload.Length - LeastCost;
        bool whole = last && piece == payload.Length;
        Span<byte> free = Reserved(overhead + piece);
        int written = FrameCodec.WriteHeader(whole ? frame.Whole : frame.Part, frame.Prefix.Length + piece, free);
        written += frame.Prefix.Write(free[written..]);
        payload[..piece].CopyTo(free[written..]);
        _tailLength += written + piece;
        _tailCost += piece;
        if (whole && frame.IsMessage)
        {
            _tailMessages++;
            Volatile.Write(ref _unsent, _unsent + 1);
        }

        return piece;
    }

    /// <summary>What was reserved beyond the bytes of the payload, for the record that the last piece went to.</summary>
    public void Charge(int cost) => _tailCost += cost;

    public void Ping(ulong opaque)
    {
        if (!_ended)
            _ping = opaque;
    }

    /// <summary>Of unsent Pongs the newest is kept: a peer that pings faster than it reads costs nothing.</summary>
    public void Pong(ulong opaque)
    {
        if (!_ended)
            _pong = opaque;
    }

    /// <summary>Ready has been sent or has come: a Close may be sent.</summary>
    public void Open() => _open = true;

    /// <summary>
    /// Sends Close after what waits, and nothing after it; where Ready has not been sent or received yet, no Close,
    /// which must not be the first frame.
    /// </summary>
    public void Close(CloseCode code)
    {
        if (!_ended && _open)
            _close = code;
        _ended = true;
    }

    /// <summary>Takes nothing more.</summary>
    public void End() => _ended = true;

    /// <summary>Writes the heartbeats that wait; returns their length, at most 20.</summary>
    public int TakeHeartbeats(Span<byte> destination)
    {
        int written = 0;
        if (_pong is { } pong)
            written += FrameCodec.WritePong(pong, destination);
        if (_ping is { } ping)
            written += FrameCodec.WritePing(ping, destination[written..]);
        _ping = _pong = null;
        return written;
    }

    /// <summary>Writes the Close, which nothing follows; returns its length.</summary>
    public int TakeClose(Span<byte> destination)
    {
        if (_close is not { } close)
            return 0;
        _close = null;
        return FrameCodec.WriteClose(close, destination);
    }

    /// <summary>Takes the next record's frames; the caller gives them back by <see cref="Sent"/>.</summary>
    public bool TryTakeBlock(out SendBlock block)
    {
        if (_full is not null && _full.TryDequeue(out block))
            return true;
        block = _tailLength > 0 ? TakeTail() : default;
        return block.Length > 0;
    }

    /// <summary>
    /// A block has gone to the transport, or never will. Until then it counts: else a peer that reads nothing could
    /// hold more than it may.
    /// </summary>
    public void Sent(in SendBlock block, bool gone)
    {
        budget.Pool.Return(block.Array);
        budget.Give(block.Cost);
        Volatile.Write(ref _used, _used - block.Cost);
        if (gone)
            Volatile.Write(ref _unsent, _unsent - block.Messages);
    }

    public void Dispose()
    {
        _ended = true;
        _ping = _pong = null;
        _close = null;
        while (TryTakeBlock(out SendBlock block))
            Sent(block, gone: false);
    }

    private Span<byte> Reserved(int size)
    {
        if (_tailLength == 0)
            _added++;
        int needed = _tailLength + size;
        if (_tail.Length < needed)
        {
            // What the last record had is what this one will have, in most cases; else it doubles as it fills.
            int wanted = Math.Max(Math.Max(needed, _hint), 2 * _tail.Length);
            byte[] larger = budget.Pool.Rent(Math.Min(wanted, RecordSealer.MaxPlaintext));
            _tail.AsSpan(0, _tailLength).CopyTo(larger);
            if (_tail.Length > 0)
                budget.Pool.Return(_tail);
            _tail = larger;
        }

        return _tail.AsSpan(_tailLength);
    }

    private void EndBlock()
    {
        if (_tailLength > 0)
            (_full ??= []).Enqueue(TakeTail());
    }

    private SendBlock TakeTail()
    {
        var block = new SendBlock(_tail, _tailLength, _tailCost, _tailMessages);
        _hint = Math.Max(FirstBlock, _tailLength);
        _tail = [];
        _tailLength = _tailCost = _tailMessages = 0;
        return block;
    }
}
