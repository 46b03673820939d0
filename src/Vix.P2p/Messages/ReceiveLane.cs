using System.Buffers;

namespace Vix.P2p.Messages;

/// <summary>
/// The messages and requests of one protocol that one peer sends: the read loop puts them together and leaves them
/// here, workers hand them to the application in their order. What has been dealt with is given back as credit.
/// </summary>
internal sealed partial class ReceiveLane : IThreadPoolWorkItem
{
    // What a sender has beyond the largest message at the start (docs/protocol.md, section 5).
    private const int CreditBeyond = 256 * 1024;

    // A segment ends at this, and credit is given back from this on: together it is less than the 192 KiB that may be held back.
    private const int SegmentCost = 64 * 1024;
    private const int GiveBackAt = 128 * 1024;
    private const int LeastCost = Connections.SendQueue.LeastCost;
    private const int FirstSegment = 512;
    private const int LargestHint = 128 * 1024;

    private readonly PeerChannel _channel;
    private readonly ProtocolRegistration _protocol;
    private readonly byte _number;
    private readonly Lock _gate = new();
    private readonly Queue<InboxSegment> _segments = new(0);
    private readonly Stack<P2pMessageContext> _contexts = new(0);
    private byte[] _open = [];
    private int _openLength;
    private int _openCost;
    private int _hint = FirstSegment;
    private byte[] _partial = [];
    private int _partialLength;
    private int _partialCost;
    private int _partialHint;
    private int _partialRequest;
    private long _received;
    private long _granted;
    private int _owed;
    private int _running;

    public ReceiveLane(PeerChannel channel, ProtocolRegistration protocol, byte number)
    {
        _channel = channel;
        _protocol = protocol;
        _number = number;
        _granted = InitialCredit(channel.Settings.MaxMessage);
    }

    public ProtocolRegistration Protocol => _protocol;

    /// <summary>Whether a message or request has begun and is not whole.</summary>
    public bool IsBegun => _partialLength > 0;

    /// <summary>Whether something has come since the last <see cref="Publish"/>.</summary>
    public bool IsDirty { get; set; }

    /// <summary>What a sender may send to a node that takes messages of that size before it is given more.</summary>
    public static long InitialCredit(int maxMessage) => Math.Min(int.MaxValue, (long)maxMessage + CreditBeyond);

    /// <summary>Takes a piece, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    public string? Take(bool whole, int request, ReadOnlySpan<byte> payload)
    {
        int cost = Math.Max(LeastCost, payload.Length);
        _received += cost;
        if (_received > Volatile.Read(ref _granted))
            return "a message without credit";
        bool begun = IsBegun;
        if (begun && request != _partialRequest)
            return "a message inside of another one of its protocol";
        if ((begun ? _partialLength - InboxSegment.HeaderLength : 0) + payload.Length > _channel.Settings.MaxMessage)
            return "a message larger than this node takes";
        if (whole && !begun && payload.Length <= SegmentCost / 4)
            Append(request, payload, cost);
        else if (!Gather(request, payload, cost))
            return null;
        else if (whole)
            Complete();
        return null;
    }

    /// <summary>The sender gives up what it has begun. The number of the request it was; −1 when it was none.</summary>
    public int Discard()
    {
        if (_partialLength == 0)
            return InboxSegment.NoRequest;
        int request = _partialRequest;
        int cost = _partialCost;
        DropPartial();
        GiveBack(cost);
        return request;
    }

    /// <summary>Hands what has come to the workers.</summary>
    public void Publish()
    {
        IsDirty = false;
        if (_openLength == 0)
            return;
        var segment = new InboxSegment(_open, _openLength, _openCost);
        _hint = Math.Max(FirstSegment, _openLength);
        _open = [];
        _openLength = _openCost = 0;
        Enqueue(segment, charged: 0);
    }

    /// <summary>The read loop has ended: what is not whole never will be.</summary>
    public void Ended()
    {
        Publish();
        DropPartial();
    }

    /// <summary>One worker, from the pool.</summary>
    public void Execute() => _ = WorkAsync();

    private void Append(int request, ReadOnlySpan<byte> payload, int cost)
    {
        int size = InboxSegment.HeaderLength + payload.Length;
        if (_openCost + cost > SegmentCost)
            Publish();
        if (_open.Length < _openLength + size)
            _open = Grow(_open, _openLength, Math.Max(_openLength + size, Math.Max(_hint, 4 * _open.Length)));
        InboxSegment.WriteHeader(_open.AsSpan(_openLength), request, payload.Length);
        payload.CopyTo(_open.AsSpan(_openLength + InboxSegment.HeaderLength));
        _openLength += size;
        _openCost += cost;
        // Those that may run at the same time lie apart.
        if (_protocol.Concurrency > 1)
            Publish();
    }

    private bool Gather(int request, ReadOnlySpan<byte> payload, int cost)
    {
        if (!_channel.Settings.Received.TryTake(cost))
        {
            _channel.Overrun(Diagnostics.NodeLimit.ReceiveQueueBytesTotal);
            return false;
        }

        int needed = Math.Max(_partialLength, InboxSegment.HeaderLength) + payload.Length;
        // Grows with what has come, never with what may come: the hint is what a whole message has had, and small.
        if (_partial.Length < needed)
            _partial = Grow(_partial, _partialLength, Math.Max(needed, _partialLength == 0 ? _partialHint : Math.Min(2 * _partial.Length, InboxSegment.HeaderLength + _channel.Settings.MaxMessage)));
        _partialLength = needed;
        payload.CopyTo(_partial.AsSpan(needed - payload.Length));
        _partialCost += cost;
        _partialRequest = request;
        return true;
    }

    private void Complete()
    {
        Publish();
        InboxSegment.WriteHeader(_partial, _partialRequest, _partialLength - InboxSegment.HeaderLength);
        var segment = new InboxSegment(_partial, _partialLength, _partialCost);
        _partialHint = Math.Min(_partialLength, LargestHint);
        _partial = [];
        _partialLength = _partialCost = 0;
        Enqueue(segment, charged: segment.Cost);
    }

    private void DropPartial()
    {
        if (_partial.Length > 0)
            ArrayPool<byte>.Shared.Return(_partial);
        _channel.Settings.Received.Give(_partialCost);
        _partial = [];
        _partialLength = _partialCost = 0;
    }

    private void Enqueue(in InboxSegment segment, int charged)
    {
        if (charged == 0 && !_channel.Settings.Received.TryTake(segment.Cost))
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
            _channel.Overrun(Diagnostics.NodeLimit.ReceiveQueueBytesTotal);
            return;
        }

        bool start;
        lock (_gate)
        {
            _segments.Enqueue(segment);
            start = _running < _protocol.Concurrency;
            if (start)
                _running++;
        }

        if (!start)
            return;
        _channel.Settings.Work.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    private void GiveBack(int cost)
    {
        int owed = Interlocked.Add(ref _owed, cost);
        if (owed < GiveBackAt || Interlocked.CompareExchange(ref _owed, 0, owed) != owed)
            return;
        // Before the other side can know of it.
        Interlocked.Add(ref _granted, owed);
        _channel.Give(_number, owed);
    }

    private static byte[] Grow(byte[] array, int used, int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        array.AsSpan(0, used).CopyTo(larger);
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        return larger;
    }
}
