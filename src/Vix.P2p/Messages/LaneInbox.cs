using Vix.P2p.Connections;

namespace Vix.P2p.Messages;

/// <summary>
/// Puts the pieces of one protocol's messages and requests together, for the read loop alone. Small ones share a
/// segment, one that comes in pieces has its own, and each segment is handed on when it is whole.
/// </summary>
internal sealed class LaneInbox(int maxMessage, bool apart, ByteBudget budget, LaneInbox.Handover handOn)
{
    /// <summary>What a segment of several messages costs at most.</summary>
    public const int SegmentCost = 64 * 1024;

    private const int FirstSegment = 512;
    private const int LargestHint = 128 * 1024;

    private byte[] _open = [];
    private int _openLength;
    private int _openCost;
    private int _hint = FirstSegment;
    private byte[] _partial = [];
    private int _partialLength;
    private int _partialCost;
    private int _partialHint;
    private int _partialRequest;
    private bool _skipping;

    public delegate void Handover(in InboxSegment segment);

    /// <summary>Whether a message or request has begun and is not whole.</summary>
    public bool IsBegun => _partialLength > 0;

    /// <summary>What a frame of that much payload costs its sender.</summary>
    public static int CostOf(int payload) => Math.Max(SendQueue.LeastCost, payload);

    /// <summary>Takes a piece; null when all is well, else what the protocol does not allow.</summary>
    /// <param name="whole">It is the last piece.</param>
    /// <param name="request">The request's number; <see cref="InboxSegment.NoRequest"/> for a message.</param>
    /// <param name="payload">Copied.</param>
    /// <param name="fits">False when the node keeps as much as it may.</param>
    public string? Take(bool whole, int request, ReadOnlySpan<byte> payload, out bool fits)
    {
        fits = true;
        if (Check(request, payload) is { } violation)
            return violation;
        fits = budget.TryTake(CostOf(payload.Length));
        if (!fits)
            return null;
        if (whole && !IsBegun && payload.Length <= SegmentCost / 4)
            Append(request, payload);
        else
            Gather(request, payload);
        if (whole && _partialLength > 0)
            Complete();
        return null;
    }

    /// <summary>Takes a piece of what is not to be kept, and only counts it. Ended by <see cref="Drop"/>.</summary>
    public string? Skip(int request, ReadOnlySpan<byte> payload)
    {
        if (Check(request, payload) is { } violation)
            return violation;
        _skipping = true;
        Count(request, payload);
        return null;
    }

    /// <summary>Hands on what is whole.</summary>
    public void Publish()
    {
        if (_openLength == 0)
            return;
        var segment = new InboxSegment(_open, _openLength, _openCost);
        _hint = Math.Max(FirstSegment, _openLength);
        _open = [];
        _openLength = _openCost = 0;
        handOn(segment);
    }

    /// <summary>Forgets what has begun: the number of the request it was, and what it has cost.</summary>
    public (int Request, int Cost) Drop()
    {
        (int Request, int Cost) dropped = (_partialRequest, _partialCost);
        if (_partial.Length > 0)
            budget.Pool.Return(_partial);
        if (!_skipping)
            budget.Give(_partialCost);
        _skipping = false;
        _partial = [];
        _partialLength = _partialCost = 0;
        return dropped;
    }

    private string? Check(int request, ReadOnlySpan<byte> payload)
    {
        if (IsBegun && request != _partialRequest)
            return "a message inside of another one of its protocol";
        return (IsBegun ? _partialLength - InboxSegment.HeaderLength : 0) + payload.Length > maxMessage ? "a message larger than this node takes" : null;
    }

    private void Append(int request, ReadOnlySpan<byte> payload)
    {
        int cost = CostOf(payload.Length);
        int size = InboxSegment.HeaderLength + payload.Length;
        if (_openCost + cost > SegmentCost)
            Publish();
        if (_open.Length < _openLength + size)
            _open = Grow(_open, _openLength, Math.Max(_openLength + size, Math.Max(_hint, 4 * _open.Length)));
        InboxSegment.WriteHeader(_open.AsSpan(_openLength), request, payload.Length);
        payload.CopyTo(_open.AsSpan(_openLength + InboxSegment.HeaderLength));
        _openLength += size;
        _openCost += cost;
        if (apart)
            Publish();
    }

    // Grows with what has come, never with what may come: the hint is what a whole message has had, and small.
    private void Gather(int request, ReadOnlySpan<byte> payload)
    {
        int needed = Math.Max(_partialLength, InboxSegment.HeaderLength) + payload.Length;
        int doubled = _partialLength == 0 ? _partialHint : Math.Min(2 * _partial.Length, InboxSegment.HeaderLength + maxMessage);
        if (_partial.Length < needed)
            _partial = Grow(_partial, _partialLength, Math.Max(needed, doubled));
        Count(request, payload);
        payload.CopyTo(_partial.AsSpan(needed - payload.Length));
    }

    private void Count(int request, ReadOnlySpan<byte> payload)
    {
        _partialLength = Math.Max(_partialLength, InboxSegment.HeaderLength) + payload.Length;
        _partialCost += CostOf(payload.Length);
        _partialRequest = request;
    }

    private void Complete()
    {
        Publish();
        InboxSegment.WriteHeader(_partial, _partialRequest, _partialLength - InboxSegment.HeaderLength);
        var segment = new InboxSegment(_partial, _partialLength, _partialCost);
        _partialHint = Math.Min(_partialLength, LargestHint);
        _partial = [];
        _partialLength = _partialCost = 0;
        handOn(segment);
    }

    private byte[] Grow(byte[] array, int used, int size)
    {
        byte[] larger = budget.Pool.Rent(size);
        array.AsSpan(0, used).CopyTo(larger);
        if (array.Length > 0)
            budget.Pool.Return(array);
        return larger;
    }
}
