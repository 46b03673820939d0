namespace Vix.P2p.Simulation.Timing;

/// <summary>A timer of a node's clock: an event of the world's queue, at the moment it is set to.</summary>
internal sealed class NodeTimer(NodeClock clock, TimerCallback callback, object? state) : ITimer, IScheduled
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private long _due;
    private long _stamp;
    private bool _disposed;

    /// <summary>Where it is among the armed ones; −1 when it is none.</summary>
    public int Place { get; set; } = -1;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        _period = period;
        Set(dueTime);
        return true;
    }

    public void Schedule() => clock.Enqueue(this, _due, ++_stamp);

    public bool IsWanted(long stamp) => Place >= 0 && stamp == _stamp;

    public void Happen()
    {
        Set(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
        callback(state);
    }

    public void Dispose()
    {
        _disposed = true;
        if (Place >= 0)
            clock.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Set(TimeSpan wait)
    {
        if (wait == Timeout.InfiniteTimeSpan)
        {
            if (Place >= 0)
                clock.Disarm(this);
            return;
        }

        if (Place < 0)
            clock.Arm(this);
        _due = clock.GetTimestamp() + wait.Ticks;
        Schedule();
    }
}
