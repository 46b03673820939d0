using System.IO.Pipelines;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Network;

/// <summary>
/// One direction of a link: what was flushed comes out at the other end in its order, later, in other pieces, or not.
/// </summary>
internal sealed class Flow(SimNetwork network, LinkEnd from, LinkEnd to) : IScheduled
{
    private readonly Queue<Parcel> _parcels = new();
    private TaskCompletionSource<FlushResult>? _waiting;
    private long _delivered;
    private long _lastDue;
    private long _pausedUntil;
    private long _stamp;
    private int _underWay;
    private bool _ended;

    /// <summary>Nothing that is under way ever arrives.</summary>
    public bool IsStalled { get; private set; }

    public bool IsEmpty => _parcels.Count == 0;

    /// <summary>It has carried what nobody sent, of which a reader may wait for more.</summary>
    public bool IsForged { get; private set; }

    /// <summary>What happens at a byte of it, once.</summary>
    public Fault? Planned { get; set; }

    public long PlannedAt { get; set; }

    /// <summary>Its reader takes so many bytes a second; 0 for as many as come.</summary>
    public int Rate { get; set; }

    public int Window { get; set; } = network.Plan.Window;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        network.Scheduler.Trace.Add(bytes);
        if (bytes.IsEmpty || _ended)
            return;
        _underWay += bytes.Length;
        Add(ParcelKind.Bytes, bytes.ToArray());
    }

    /// <summary>Completes when what is under way is no more than the window.</summary>
    public ValueTask<FlushResult> WhenRoomAsync(CancellationToken cancellationToken)
    {
        if (_underWay <= Window)
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
        _waiting = new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new ValueTask<FlushResult>(_waiting.Task.WaitAsync(cancellationToken));
    }

    public void ReleaseFlush(bool isCanceled, bool isCompleted)
    {
        _waiting?.TrySetResult(new FlushResult(isCanceled, isCompleted));
        _waiting = null;
    }

    /// <summary>Half-closes: the other end reads what was flushed and then the end.</summary>
    public void End()
    {
        if (_ended)
            return;
        _ended = true;
        Add(ParcelKind.End, []);
    }

    /// <summary>Nothing more comes but a reset, which may overtake what was under way.</summary>
    public void Reset(bool overtakes)
    {
        if (overtakes)
            Clear();
        _ended = true;
        Add(ParcelKind.Reset, []);
    }

    /// <summary>Forgets what is under way: nobody is there to take it.</summary>
    public void Clear()
    {
        _parcels.Clear();
        _underWay = 0;
        _stamp++;
        ReleaseFlush(isCanceled: false, isCompleted: to.IsOver);
    }

    public void Stall() => IsStalled = true;

    public void Pause(TimeSpan by) => _pausedUntil = Math.Max(_pausedUntil, network.Scheduler.Now + by.Ticks);

    /// <summary>From now on nothing happens to it any more.</summary>
    public void Calm()
    {
        Planned = null;
        Rate = 0;
        _pausedUntil = 0;
        _lastDue = network.Scheduler.Now;
        foreach (Parcel parcel in _parcels)
            parcel.DueAt = _lastDue = Math.Min(parcel.DueAt, _lastDue + network.Delay().Ticks);
        Resume();
    }

    /// <summary>What has waited for the way to be free goes on.</summary>
    public void Resume()
    {
        if (_parcels.TryPeek(out Parcel? first))
            Schedule(Math.Max(first.DueAt, network.Scheduler.Now));
    }

    public bool IsWanted(long stamp) => stamp == _stamp && _parcels.Count > 0;

    public void Happen()
    {
        if (IsStalled || network.Blocks(from, to))
            return;
        if (_pausedUntil > network.Scheduler.Now)
        {
            Schedule(_pausedUntil);
            return;
        }

        Parcel parcel = _parcels.Peek();
        if (parcel.Kind == ParcelKind.Bytes)
            Deliver(parcel);
        else
        {
            _parcels.Dequeue();
            network.Tell(from, to, parcel.Kind == ParcelKind.End ? "end" : "reset");
            if (parcel.Kind == ParcelKind.End)
                to.TakeEnd();
            else
                to.TakeReset();
        }

        Resume();
    }

    private void Deliver(Parcel parcel)
    {
        int length = parcel.Bytes.Length - parcel.Taken;
        if (Rate > 0)
            length = Math.Min(length, Math.Max(1, Rate / 10));
        else if (length > 1 && network.ChanceOf(network.Plan.Split, Fault.Split))
            length = network.Random.Between(1, length - 1);
        bool struck = Planned is not null && PlannedAt < _delivered + length;
        if (struck && Planned is Fault.Cut or Fault.HalfClose or Fault.StallOneWay or Fault.StallBothWays)
            length = (int)Math.Max(0, PlannedAt - _delivered);
        Span<byte> bytes = parcel.Bytes.AsSpan(parcel.Taken, length);
        if (struck && Planned == Fault.FlippedBit)
            bytes[(int)Math.Max(0, PlannedAt - _delivered)] ^= (byte)(1 << network.Random.Between(0, 7));
        IsForged |= struck && Planned is Fault.FlippedBit or Fault.RepeatedBytes;
        parcel.Taken += length;
        _delivered += length;
        _underWay -= length;
        if (parcel.Taken == parcel.Bytes.Length)
            _parcels.Dequeue();
        else
            parcel.DueAt = network.Scheduler.Now + (Rate > 0 ? TimeSpan.FromMilliseconds(100) : network.Delay()).Ticks;
        if (_underWay <= Window / 2)
            ReleaseFlush(isCanceled: false, isCompleted: false);
        network.Tell(from, to, length);
        to.Take(bytes);
        if (struck)
            Strike(bytes);
    }

    private void Strike(ReadOnlySpan<byte> last)
    {
        Fault fault = Planned!.Value;
        Planned = null;
        network.Count(fault, from, to);
        switch (fault)
        {
            case Fault.Cut:
                from.TakeReset();
                to.TakeReset();
                break;
            case Fault.HalfClose:
                Clear();
                _ended = true;
                to.TakeEnd();
                break;
            case Fault.StallOneWay:
                Stall();
                break;
            case Fault.StallBothWays:
                Stall();
                to.Outgoing.Stall();
                break;
            case Fault.RepeatedBytes:
                to.Take(last);
                break;
            case Fault.Pause:
                Pause(network.Random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)));
                break;
            case Fault.SlowReader:
                Rate = network.Random.Between(20, 4_000);
                break;
        }
    }

    private void Add(ParcelKind kind, byte[] bytes)
    {
        _lastDue = Math.Max(_lastDue, network.Scheduler.Now + network.Delay().Ticks);
        _parcels.Enqueue(new Parcel(kind, bytes, _lastDue));
        if (_parcels.Count == 1)
            Schedule(_lastDue);
    }

    private void Schedule(long at) => network.Scheduler.At(at, this, ++_stamp);
}
