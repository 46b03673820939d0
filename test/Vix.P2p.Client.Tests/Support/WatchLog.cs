using System.Threading.Channels;

namespace Vix.P2p.Client.Tests.Support;

/// <summary>Runs a watch, and hands out its events and the states of its connection as they come.</summary>
internal sealed class WatchLog : IProgress<P2pWatchState>, IAsyncDisposable
{
    private readonly Channel<P2pEvent> _events = Channel.CreateUnbounded<P2pEvent>();
    private readonly Channel<P2pWatchState> _states = Channel.CreateUnbounded<P2pWatchState>();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _run;

    public WatchLog(P2pControlClient client, P2pWatchOptions? options = null) => _run = RunAsync(client, options);

    /// <summary>Ends with what the watch ends with.</summary>
    public Task Run => _run;

    public Task<P2pEvent> NextAsync() => _events.Reader.ReadAsync().Soon();

    public Task<P2pWatchState> StateAsync() => _states.Reader.ReadAsync().Soon();

    public void Report(P2pWatchState value) => _states.Writer.TryWrite(value);

    public Task LeaveAsync() => _leaving.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leaving.Dispose();
    }

    private async Task RunAsync(P2pControlClient client, P2pWatchOptions? options)
    {
        try
        {
            await foreach (P2pEvent change in client.WatchAsync(options, this, _leaving.Token))
                _events.Writer.TryWrite(change);
        }
        finally
        {
            // Who still waits learns that nothing comes.
            _events.Writer.Complete();
            _states.Writer.Complete();
        }
    }
}
