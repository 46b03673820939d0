namespace Vix.P2p.Http.Tests.Support;

/// <summary>A clock that stands until a test moves it, and tells when a timer is set.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private readonly SemaphoreSlim _set = new(0);

    /// <summary>Completes when one more timer has been set.</summary>
    public Task TimerSetAsync() => _set.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Fires all timers of at most that length.</summary>
    public void Fire(TimeSpan due)
    {
        ManualTimer[] timers;
        lock (_timers)
            timers = [.. _timers.Where(timer => timer.Due <= due)];
        foreach (ManualTimer timer in timers)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state), dueTime);
        lock (_timers)
            _timers.Add(timer);
        _set.Release();
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, Action callback, TimeSpan due) : ITimer
    {
        public TimeSpan Due { get; private set; } = due;

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (time._timers)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
