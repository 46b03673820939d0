using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <content>What comes, frame by frame, from the read loop alone.</content>
internal sealed partial class PeerChannel
{
    private List<ReceiveLane>? _dirty;
    private ReceiveLane?[] _receives = [];
    private long _messagesIn;

    public string? Take(FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Message:
                return TakeMessage(whole: true, body);
            case FrameKind.MessagePart:
                return TakeMessage(whole: false, body);
            case FrameKind.Request:
                return TakeRequest(whole: true, body);
            case FrameKind.RequestPart:
                return TakeRequest(whole: false, body);
            case FrameKind.Response or FrameKind.ResponsePart or FrameKind.Failure:
                return _outgoing is { } outgoing ? outgoing.Take(kind, body) : "an answer that was not asked for";
            case FrameKind.Cancel:
                return TakeCancel(body);
            case FrameKind.Discard:
                return TakeDiscard(body[0]);
            case FrameKind.Credit:
                return TakeCredit(body);
            case FrameKind.TraceContext:
                if (Settings.Telemetry is { TakesContexts: true })
                    Incoming.Expect(TraceContext.Read(body));
                return null;
            default:
                return Streams.Take(kind, body);
        }
    }

    public void Taken()
    {
        if (_dirty is not { Count: > 0 } dirty)
            return;
        foreach (ReceiveLane lane in dirty)
            lane.Publish();
        dirty.Clear();
    }

    public void Ended()
    {
        foreach (ReceiveLane? lane in _receives)
            lane?.Ended();
    }

    /// <summary>Counts a message, a request or a response that came whole; from the read loop.</summary>
    public void CountIn() => Volatile.Write(ref _messagesIn, _messagesIn + 1);

    private string? TakeMessage(bool whole, ReadOnlySpan<byte> body) =>
        Find(body[0]) is { } lane ? Take(lane, whole, InboxSegment.NoRequest, body[1..]) : "a message of a protocol that was not named";

    private string? TakeRequest(bool whole, ReadOnlySpan<byte> body)
    {
        if (Find(body[0]) is not { } lane)
            return "a request of a protocol that was not named";
        body = body[1..];
        if (!FrameCodec.TryTakeVarint(ref body, out int request))
            return "a malformed request";
        if (!whole && body.IsEmpty)
            return "a part of a request with nothing in it";
        if (!lane.IsBegun)
        {
            if (!Incoming.TryBegin(lane.Protocol, request, out int refusal))
                return "a request with a number that is in flight";
            lane.Refusal = refusal;
        }

        if (lane.Refusal == P2pErrorCode.None)
            return Take(lane, whole, request, body);
        if (lane.Skip(whole, request, body) is { } violation)
            return violation;
        if (!whole)
            return null;
        CountIn();
        Incoming.Refuse(lane.Protocol, request, lane.Refusal);
        return null;
    }

    private string? TakeCancel(ReadOnlySpan<byte> body)
    {
        if (!FrameCodec.TryTakeVarint(ref body, out int request) || !body.IsEmpty)
            return "a malformed Cancel";
        Incoming.Cancel(request);
        return null;
    }

    private string? Take(ReceiveLane lane, bool whole, int request, ReadOnlySpan<byte> payload)
    {
        if (lane.Take(whole, request, payload) is { } violation)
            return violation;
        if (!whole)
            return null;
        CountIn();
        if (!lane.IsDirty)
        {
            lane.IsDirty = true;
            (_dirty ??= []).Add(lane);
        }

        return null;
    }

    private string? TakeDiscard(byte number)
    {
        if (Find(number) is not { } lane)
            return "a Discard of a protocol that was not named";
        if (!lane.IsBegun)
            return "a Discard of nothing";
        int request = lane.Discard();
        if (request != InboxSegment.NoRequest && lane.Refusal == P2pErrorCode.None)
            Incoming.Forget(request);
        return null;
    }

    private string? TakeCredit(ReadOnlySpan<byte> body)
    {
        int number = body[0];
        body = body[1..];
        if (number >= Remote.Protocols.Count || !FrameCodec.TryTakeVarint(ref body, out int bytes) || !body.IsEmpty)
            return "a malformed Credit";
        if (Find(Remote.Protocols[number]) is not { } protocol)
            return "a malformed Credit";
        bool start;
        lock (Outbox.Gate)
        {
            if (!Outbox.TryGive(protocol.Lane, bytes))
                return "more credit than there can be";
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        return null;
    }

    private ReceiveLane? Find(byte number)
    {
        if (number >= _receives.Length)
        {
            if (number >= Settings.Protocols.Count)
                return null;
            _receives = new ReceiveLane?[Settings.Protocols.Count];
        }

        if (_receives[number] is { } known)
            return known;
        var lane = new ReceiveLane(this, Settings.Protocols[number], number);
        Volatile.Write(ref _receives[number], lane);
        // Whoever closes just now may not have seen it.
        if (_connection.Reason != P2pReason.None)
            Settings.Lanes.Leave(_connection.RemoteId, lane);
        return lane;
    }
}
