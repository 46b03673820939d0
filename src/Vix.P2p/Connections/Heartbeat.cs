namespace Vix.P2p.Connections;

/// <summary>
/// Looks at the clock for all connections of a node: one task and one timer, however many there are. It looks five
/// times a ping interval, and not more often than every 20 ms nor less often than every second, so that a ping is at
/// most a fifth late.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // Beside three periods, for a machine that is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly PeriodicTimer _timer;
    private readonly TimeProvider _time;
    private readonly TimeSpan _late;
    private readonly Action _beat;
    private long _last;
    private Task _loop = Task.CompletedTask;

    /// <param name="beat">One look at everything; returns soon and does not throw.</param>
    public Heartbeat(TimeSpan pingInterval, TimeProvider time, Action beat)
    {
        TimeSpan period = pingInterval / 5;
        period = period < Shortest ? Shortest : period > Longest ? Longest : period;
        _timer = new PeriodicTimer(period, time);
        _time = time;
        _late = (3 * period) + Patience;
        _beat = beat;
        _last = time.GetTimestamp();
    }

    /// <summary>Whether it has not looked for three of its periods and 10 s.</summary>
    public bool IsLate => _time.GetElapsedTime(Volatile.Read(ref _last)) > _late;

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            Volatile.Write(ref _last, _time.GetTimestamp());
            _beat();
        }
    }
}
