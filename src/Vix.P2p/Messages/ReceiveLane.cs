using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Messages;

/// <summary>
/// The messages and requests of one protocol that one peer sends: the read loop leaves them here, workers hand them to
/// the application in their order (ReceiveLane.Working.cs). What has been dealt with is given back as credit.
/// </summary>
internal sealed partial class ReceiveLane : IThreadPoolWorkItem
{
    // What a sender has beyond the largest message at the start (docs/protocol.md, section 5).
    private const int CreditBeyond = 256 * 1024;

    // With what a worker has dealt with of its segment this is less than the 192 KiB that may be held back.
    private const int GiveBackAt = 128 * 1024;

    private readonly PeerChannel _channel;
    private readonly ProtocolRegistration _protocol;
    private readonly LaneInbox _inbox;
    private readonly Lock _gate = new();
    private readonly Queue<InboxSegment> _segments = new(0);
    private readonly Stack<P2pMessageContext> _contexts = new(0);
    private long _received;
    private long _granted;
    private int _owed;
    private int _running;
    private bool _ended;
    private Task? _before;
    private TaskCompletionSource? _finished;

    public ReceiveLane(PeerChannel channel, ProtocolRegistration protocol, byte number)
    {
        _channel = channel;
        _protocol = protocol;
        Number = number;
        _inbox = new LaneInbox(channel.Settings.MaxMessage, apart: protocol.Concurrency > 1, channel.Settings.Received, HandOn);
        _granted = InitialCredit(channel.Settings.MaxMessage);
        _before = channel.Settings.Lanes.Before(channel.Peer.Id, number);
    }

    public byte Number { get; }

    public ProtocolRegistration Protocol => _protocol;

    /// <summary>The way of the answers to requests of this protocol. Responses need no credit.</summary>
    public SendLane Responses { get; } = new(SendLane.Unlimited, SendQueue.LeastCost);

    /// <summary>Why the request that has begun is not taken; <see cref="P2pErrorCode.None"/> when it is. For the read loop.</summary>
    public int Refusal { get; set; }

    /// <summary>Whether a message or request has begun and is not whole.</summary>
    public bool IsBegun => _inbox.IsBegun;

    /// <summary>Whether something has come since the last <see cref="Publish"/>.</summary>
    public bool IsDirty { get; set; }

    /// <summary>What a sender may send to a node that takes messages of that size before it is given more.</summary>
    public static long InitialCredit(int maxMessage) => Math.Min(int.MaxValue, (long)maxMessage + CreditBeyond);

    /// <summary>Takes a piece, from the read loop; null when all is well, else what the protocol does not allow.</summary>
    public string? Take(bool whole, int request, ReadOnlySpan<byte> payload)
    {
        if (!TrySpend(payload))
            return "a message without credit";
        string? violation = _inbox.Take(whole, request, payload, out bool fits);
        if (!fits)
            _channel.Overrun(NodeLimit.ReceiveQueueBytesTotal);
        return violation;
    }

    /// <summary>Takes a piece of a request that is refused, and keeps nothing of it.</summary>
    public string? Skip(bool whole, int request, ReadOnlySpan<byte> payload)
    {
        if (!TrySpend(payload))
            return "a message without credit";
        string? violation = _inbox.Skip(request, payload);
        if (violation is null && whole)
            GiveBack(_inbox.Drop().Cost);
        return violation;
    }

    /// <summary>The sender gives up what it has begun: the number of the request it was.</summary>
    public int Discard()
    {
        (int request, int cost) = _inbox.Drop();
        GiveBack(cost);
        return request;
    }

    /// <summary>Hands what has come to the workers.</summary>
    public void Publish()
    {
        IsDirty = false;
        _inbox.Publish();
    }

    /// <summary>The read loop has ended: what is not whole never will be.</summary>
    public void Ended()
    {
        Publish();
        _inbox.Drop();
        bool over;
        lock (_gate)
        {
            _ended = true;
            over = _running == 0;
        }

        if (over)
            Finish();
    }

    /// <summary>Completes when nothing comes any more and the last handler has ended.</summary>
    public Task WhenFinished() => Finished().Task;

    /// <summary>One worker, from the pool. Those that run are counted, and a stop waits for them.</summary>
    public void Execute() => _ = WorkAsync();

    private bool TrySpend(ReadOnlySpan<byte> payload)
    {
        _received += LaneInbox.CostOf(payload.Length);
        return _received <= Volatile.Read(ref _granted);
    }

    private void HandOn(in InboxSegment segment)
    {
        lock (_gate)
        {
            _segments.Enqueue(segment);
            if (_running == _protocol.Concurrency)
                return;
            _running++;
        }

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
        _channel.Give(Number, owed);
    }

    // A peer that comes and goes while one handler runs leaves a chain of lanes: the last is over when the first is.
    private void Finish()
    {
        if (_before is { IsCompleted: false } before)
            before.ContinueWith(static (_, state) => ((ReceiveLane)state!).Leave(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else
            Leave();
    }

    private void Leave()
    {
        _channel.Settings.Lanes.Forget(_channel.Peer.Id, this);
        Finished().TrySetResult();
    }

    private TaskCompletionSource Finished()
    {
        lock (_gate)
            return _finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
