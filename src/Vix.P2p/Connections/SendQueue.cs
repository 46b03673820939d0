using System.Buffers;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// The frames that wait to be sent on one connection. Frames that carry data wait in order in one buffer that is
/// bounded for the peer and for the node; control frames have room of their own, so that a full queue never holds up
/// a heartbeat or a Close. Not thread-safe: its owner holds a lock.
/// </summary>
internal sealed class SendQueue(int limit, SendBudget budget) : IDisposable
{
    // Ping and Pong are 10 bytes, Close is 3.
    private const int ControlBytes = 10 + 10 + 3;

    private byte[] _pending = [];
    private int _length;
    private int _sending;
    private ulong? _ping;
    private ulong? _pong;
    private CloseCode? _close;
    private bool _ended;

    /// <summary>Bytes of data frames that wait or are being sent; read from anywhere.</summary>
    public int Length => Volatile.Read(ref _length) + Volatile.Read(ref _sending);

    public bool IsEmpty => _length == 0 && _ping is null && _pong is null && _close is null;

    /// <summary>Room that <see cref="Take"/> needs at most.</summary>
    public int TakeSize => _length + ControlBytes;

    public SendQueueResult TryAdd(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (_ended)
            return SendQueueResult.Ended;
        int size = FrameCodec.Size(body.Length);
        if (_sending + _length + size > limit)
            return SendQueueResult.Full;
        if (!budget.TryTake(size))
            return SendQueueResult.NodeFull;
        Grow(_length + size);
        _length += FrameCodec.Write(kind, body, _pending.AsSpan(_length));
        return SendQueueResult.Added;
    }

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

    /// <summary>Sends Close after what waits; nothing is taken after it.</summary>
    public void Close(CloseCode code)
    {
        if (_ended)
            return;
        _close = code;
        _ended = true;
    }

    /// <summary>Takes nothing more.</summary>
    public void End() => _ended = true;

    /// <summary>Moves everything that waits into <paramref name="destination"/>, heartbeats first.</summary>
    public int Take(Span<byte> destination)
    {
        int written = 0;
        if (_pong is { } pong)
        {
            written += FrameCodec.WritePong(pong, destination);
            _pong = null;
        }

        if (_ping is { } ping)
        {
            written += FrameCodec.WritePing(ping, destination[written..]);
            _ping = null;
        }

        _pending.AsSpan(0, _length).CopyTo(destination[written..]);
        written += _length;
        _sending += _length;
        _length = 0;
        Return();
        if (_close is { } close)
        {
            written += FrameCodec.WriteClose(close, destination[written..]);
            _close = null;
        }

        return written;
    }

    /// <summary>
    /// What was taken has gone to the transport. Until then it counts: else a peer that reads nothing could hold twice
    /// what it may, and would seem to hold nothing.
    /// </summary>
    public void Sent()
    {
        budget.Give(_sending);
        _sending = 0;
    }

    public void Dispose()
    {
        _ended = true;
        _ping = _pong = null;
        _close = null;
        budget.Give(_length);
        _length = 0;
        Return();
        Sent();
    }

    private void Grow(int size)
    {
        if (_pending.Length >= size)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, 256));
        _pending.AsSpan(0, _length).CopyTo(larger);
        if (_pending.Length > 0)
            ArrayPool<byte>.Shared.Return(_pending);
        _pending = larger;
    }

    // An idle connection holds no buffer.
    private void Return()
    {
        if (_pending.Length > 0)
            ArrayPool<byte>.Shared.Return(_pending);
        _pending = [];
    }
}
