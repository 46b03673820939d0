using System.Diagnostics;
using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>
/// The way into one connection's send queue. What fits and is paid for goes in at once; what does not waits in its
/// lane, and lanes that wait for room take turns piece by piece, so that a large payload holds up no other lane.
/// Members are called under the writer's gate where they do not say otherwise.
/// </summary>
internal sealed class Outbox(ConnectionWriter writer, ChannelSettings settings)
{
    // What one lane may put into the queue before it is the next one's turn.
    private const int Turn = 16 * 1024;
    private const int SparesKept = 16;

    // Made when somebody waits for the first time, which on most connections nobody ever does.
    private Queue<SendLane>? _ready;
    private List<SendLane>? _waiting;
    private Stack<PendingSend>? _spares;
    private P2pReason _closed;
    private long _messages;

    /// <summary>Guards the lanes together with the queue.</summary>
    public Lock Gate => writer.Gate;

    /// <summary>Messages that were taken; read from anywhere.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Why nothing more is taken; None while it is.</summary>
    public P2pReason Closed => _closed;

    /// <summary>
    /// More frames that may not wait were to be sent than the peer takes: whoever finds it closes the connection. One of
    /// them may have been the Discard of a payload, so nothing else is sent either.
    /// </summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Whether somebody waits; read from anywhere.</summary>
    public bool HasWaiting => _waiting is { Count: > 0 };

    private SendQueue Queue => writer.Queue;

    private bool HasReady => _ready is { Count: > 0 };

    /// <summary>Whether the caller must call <see cref="Start"/> once it has left the gate.</summary>
    public bool Claim() => writer.Claim();

    /// <summary>Outside the gate: sends what waits.</summary>
    public void Start() => writer.Start();

    /// <summary>Puts a whole payload into the queue, or nothing of it: None, or why not.</summary>
    /// <param name="room">What the queue said, where it came to ask it; else Added.</param>
    public P2pReason TryAdd(SendLane lane, in OutgoingFrame frame, ReadOnlySpan<byte> payload, out SendQueueResult room)
    {
        room = SendQueueResult.Added;
        if (_closed != P2pReason.None)
            return _closed;
        // Whoever came first is served first: in this lane, and among those that wait for room.
        if (lane.First is not null || HasReady || IsOverrun || !lane.Covers(payload.Length))
            return P2pReason.SendQueueFull;
        room = TryReserve(payload.Length);
        if (room != SendQueueResult.Added)
            return P2pReason.SendQueueFull;
        Add(lane, frame, payload, first: true, last: true);
        return P2pReason.None;
    }

    /// <summary>
    /// Adds a frame that may not wait and has no payload to speak of. A peer that makes more of them than it takes is
    /// to be closed.
    /// </summary>
    public void AddNow(in OutgoingFrame frame, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, SendQueue.LeastPiece);
        if (_closed != P2pReason.None || Queue.IsEnded)
            return;
        int cost = Math.Max(SendQueue.LeastCost, body.Length);
        if (!Queue.TryReserveBeyond(cost))
        {
            IsOverrun = true;
            return;
        }

        Queue.Add(frame, body, last: true);
        Queue.Charge(cost - body.Length);
    }

    /// <summary>Adds a small frame that nothing depends on, or drops it where much more waits than may.</summary>
    public void Ask(in OutgoingFrame frame, ReadOnlySpan<byte> body = default)
    {
        // Half of what is beyond the limit is left to frames that must not be dropped.
        if (Queue.Room + SendQueue.Reserve / 2 >= SendQueue.LeastCost)
            AddNow(frame, body);
    }

    /// <summary>Lets a payload wait in its lane. The caller watches its token once it has left the gate.</summary>
    /// <param name="atTurn">Decides the frame when its turn has come, under the gate; null where it is decided.</param>
    public PendingSend Wait(SendLane lane, in OutgoingFrame frame, ReadOnlyMemory<byte> payload, Func<OutgoingFrame>? atTurn = null)
    {
        PendingSend pending = _spares is not null && _spares.TryPop(out PendingSend? spare) ? spare : new PendingSend(this);
        if (lane.First is null)
            (_waiting ??= []).Add(lane);
        pending.Begin(lane, frame, payload, atTurn, settings.Time.GetTimestamp());
        settings.Waiting.Begin();
        MakeReady(lane);
        if (Queue.IsLow)
            Refill();
        return pending;
    }

    /// <summary>The other side gives credit; false when it gives more than there can be.</summary>
    public bool TryGive(SendLane lane, int bytes)
    {
        if (!lane.TryGive(bytes))
            return false;
        MakeReady(lane);
        if (HasReady && Queue.IsLow)
            Refill();
        return true;
    }

    /// <summary>Lanes that wait take turns with what room there is.</summary>
    public void Refill()
    {
        while (!IsOverrun && _ready is not null && _ready.TryPeek(out SendLane? lane))
        {
            int piece = lane.First is { } first ? lane.Affordable(Math.Min(first.Rest.Length, Turn)) : -1;
            if (piece >= 0 && TryReserve(piece) != SendQueueResult.Added)
                return;
            _ready.Dequeue();
            lane.IsReady = false;
            // Whoever had waited here is gone, or the credit is: another message or credit brings the lane back.
            if (piece < 0)
                continue;
            PendingSend pending = lane.First!;
            bool last = piece == pending.Rest.Length;
            Add(lane, pending.AtTurn is { } decide ? decide() : pending.Frame, pending.Rest.Span[..piece], !pending.IsBegun, last);
            pending.Advance(piece);
            lane.Moved = settings.Time.GetTimestamp();
            if (last)
                Finish(pending, null);
            MakeReady(lane);
        }
    }

    /// <summary>Takes out a payload that waits; nothing happens when it waits no longer.</summary>
    public void Withdraw(PendingSend pending, Exception exception)
    {
        if (pending.Lane is not { } lane)
            return;
        bool begun = pending.IsBegun;
        OutgoingFrame frame = pending.Frame;
        Finish(pending, exception);
        lane.IsCut |= begun;
        if (begun && frame.Whole is FrameKind.Message or FrameKind.Request)
            AddNow(OutgoingFrame.Single(FrameKind.Discard, frame.Prefix.First), default);
        // Whoever stood behind it may need less, or find the room that it waited for.
        MakeReady(lane);
        if (HasReady && Queue.IsLow)
            Refill();
    }

    /// <summary>Outside the gate: whoever waits for a payload to be taken no longer does.</summary>
    public void Cancel(PendingSend pending, CancellationToken token)
    {
        bool start;
        lock (Gate)
        {
            Withdraw(pending, new OperationCanceledException(token));
            start = Claim();
        }

        if (start)
            Start();
    }

    /// <summary>Outside the gate: takes back what has been awaited.</summary>
    public void Return(PendingSend pending)
    {
        // Here and not where it ended, which is under the gate: whoever measures is the program's own.
        settings.Waiting.Waited(pending.Waited);
        lock (Gate)
        {
            _spares ??= [];
            if (_spares.Count < SparesKept)
                _spares.Push(pending);
        }
    }

    /// <summary>Fails what has not got on for too long. Streams wait as long as their reader lets them.</summary>
    public void Expire(TimeSpan after, Func<PendingSend, Exception> failure)
    {
        // Where the budget of all connections was used up, nobody says when it no longer is.
        if (HasReady && Queue.IsLow)
            Refill();
        foreach (SendLane lane in _waiting?.ToArray() ?? [])
        {
            while (lane.First is { } pending && pending.Frame.Whole is not (FrameKind.StreamData or FrameKind.StreamEnd) && settings.Time.GetElapsedTime(Math.Max(pending.Began, lane.Moved)) >= after)
                Withdraw(pending, failure(pending));
        }
    }

    /// <summary>Takes nothing more; whoever waits fails.</summary>
    public void Close(P2pReason reason, Func<PendingSend, Exception> failure)
    {
        if (_closed != P2pReason.None)
            return;
        _closed = reason;
        foreach (SendLane lane in _waiting?.ToArray() ?? [])
        {
            while (lane.First is { } pending)
                Finish(pending, failure(pending));
        }
    }

    private SendQueueResult TryReserve(int payload) => Queue.TryReserve(Math.Max(SendQueue.LeastCost, payload));

    private void Add(SendLane lane, in OutgoingFrame frame, ReadOnlySpan<byte> payload, bool first, bool last)
    {
        if (first && frame.Trace is { } trace)
            Tell(frame, trace);
        Queue.Charge(Math.Max(0, SendQueue.LeastCost - payload.Length));
        do
        {
            int piece = Queue.Add(frame, payload, last);
            lane.Spend(lane.CostOf(piece));
            payload = payload[piece..];
        }
        while (!payload.IsEmpty);
        if (last && frame.IsMessage)
            Volatile.Write(ref _messages, _messages + 1);
    }

    // Nothing depends on it, so where much more waits than may it is left out.
    private void Tell(in OutgoingFrame request, Activity trace)
    {
        Span<byte> ids = stackalloc byte[TraceContext.IdsLength];
        TraceContext.WriteIds(trace, ids);
        Ask(OutgoingFrame.Single(FrameKind.TraceContext, request.Prefix.Rest), ids);
    }

    private void MakeReady(SendLane lane)
    {
        if (lane.IsReady || lane.First is not { } pending || lane.Affordable(pending.Rest.Length) < 0)
            return;
        lane.IsReady = true;
        (_ready ??= []).Enqueue(lane);
    }

    private void Finish(PendingSend pending, Exception? exception)
    {
        SendLane lane = pending.Lane!;
        settings.Waiting.End();
        pending.Waited = settings.Time.GetElapsedTime(pending.Began);
        pending.Complete(exception);
        if (lane.First is null)
            _waiting!.Remove(lane);
    }
}
