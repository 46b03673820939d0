namespace Vix.P2p.Messages;

/// <summary>
/// One timer for the deadlines of all requests of a connection. It goes off at the earliest there was when it was set;
/// whether that request still waits shows then, so that one that is answered in time costs nothing here. Its owner
/// holds the gate.
/// </summary>
internal sealed class RequestDeadlines(TimeProvider time, Action expire) : IDisposable
{
    private ITimer? _timer;
    private long _due = long.MaxValue;

    public long Now => time.GetTimestamp();

    public long After(TimeSpan timeout) => Now + (long)(timeout.TotalSeconds * time.TimestampFrequency);

    /// <summary>Sees to it that the timer goes off at that timestamp at the latest.</summary>
    public void Watch(long deadline)
    {
        if (deadline >= _due)
            return;
        _due = deadline;
        // Whole milliseconds, and none too early: it would only have to be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.GetElapsedTime(Now, deadline).TotalMilliseconds)));
        if (_timer is null)
            _timer = Create(wait);
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer has gone off; the next deadline is that one.</summary>
    public void Restart(long next)
    {
        _due = long.MaxValue;
        Watch(next);
    }

    public void Dispose() => _timer?.Dispose();

    // It outlives the caller whose request was the first, and must not keep what is that caller's own.
    private ITimer Create(TimeSpan wait)
    {
        bool suppressed = ExecutionContext.IsFlowSuppressed();
        if (!suppressed)
            ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(static state => ((Action)state!)(), expire, wait, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (!suppressed)
                ExecutionContext.RestoreFlow();
        }
    }
}
