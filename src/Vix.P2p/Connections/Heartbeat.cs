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

    private readonly PeriodicTimer _timer;
    private readonly Action _beat;
    private Task _loop = Task.CompletedTask;

    /// <param name="beat">One look at everything; returns soon and does not throw.</param>
    public Heartbeat(TimeSpan pingInterval, TimeProvider time, Action beat)
    {
        TimeSpan period = pingInterval / 5;
        _timer = new PeriodicTimer(period < Shortest ? Shortest : period > Longest ? Longest : period, time);
        _beat = beat;
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
            _beat();
    }
}
