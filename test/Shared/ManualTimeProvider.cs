namespace Vix.P2p.Testing;

/// <summary>A clock that moves when a test says so, and fires timers in the order of their due times.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed = TimeSpan.FromSeconds(1000);
    private DateTimeOffset _wall = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are waiting to fire.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <summary>How long it is until each of them fires.</summary>
    public IReadOnlyList<TimeSpan> Dues
    {
        get
        {
            lock (_gate)
                return [.. _timers.Select(timer => timer.Due - _elapsed)];
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wall;
    }

    /// <summary>Moves the wall clock alone, as an administrator or a time server does.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    /// <summary>Moves time on; each timer on the way fires at its own moment, on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan until;
        lock (_gate)
            until = _elapsed + by;
        while (true)
        {
            ManualTimer? due;
            lock (_gate)
            {
                due = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
                TimeSpan next = due?.Due ?? until;
                if (next > _elapsed)
                {
                    _wall += next - _elapsed;
                    _elapsed = next;
                }

                if (due is null)
                    return;
                due.Rearm();
            }

            due.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                if (_disposed)
                    return false;
                owner._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = owner._elapsed + dueTime;
                owner._timers.Add(this);
                return true;
            }
        }

        public void Rearm()
        {
            owner._timers.Remove(this);
            if (_period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero)
                return;
            Due += _period;
            owner._timers.Add(this);
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._gate)
            {
                _disposed = true;
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
