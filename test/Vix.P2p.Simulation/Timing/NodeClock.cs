namespace Vix.P2p.Simulation.Timing;

/// <summary>
/// One machine's clock. It runs with the world's, but its wall clock can be set, and it can leap ahead as after a
/// suspend: then all timers that were due meanwhile fire.
/// </summary>
internal sealed class NodeClock(Scheduler scheduler) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<NodeTimer> _armed = [];
    private long _ahead;
    private long _wall;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait to fire.</summary>
    public int Armed => _armed.Count;

    public override long GetTimestamp() => scheduler.Now + _ahead;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(GetTimestamp() + _wall);

    /// <summary>Sets the wall clock alone.</summary>
    public void SetWall(TimeSpan by) => _wall += by.Ticks;

    /// <summary>The machine was asleep that long.</summary>
    public void Leap(TimeSpan by)
    {
        _ahead += by.Ticks;
        foreach (NodeTimer timer in _armed)
            timer.Schedule();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NodeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes after a while of this clock.</summary>
    public async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ITimer timer = CreateTimer(_ => over.TrySetResult(), null, wait, Timeout.InfiniteTimeSpan);
        await over.Task.WaitAsync(cancellationToken);
    }

    internal void Enqueue(NodeTimer timer, long due, long stamp) => scheduler.At(due - _ahead, timer, stamp);

    internal void Arm(NodeTimer timer)
    {
        timer.Place = _armed.Count;
        _armed.Add(timer);
    }

    internal void Disarm(NodeTimer timer)
    {
        // The last one takes its place, so that this costs the same however many there are.
        NodeTimer last = _armed[^1];
        _armed[timer.Place] = last;
        last.Place = timer.Place;
        _armed.RemoveAt(_armed.Count - 1);
        timer.Place = -1;
    }
}
