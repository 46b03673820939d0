namespace Vix.P2p.Tests.Testing;

/// <summary>Watches a node and lets a test await what must happen, or has happened since the watching began.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PeerEvent> _seen = [];
    private readonly List<(Func<PeerEvent, bool> Wanted, TaskCompletionSource<PeerEvent> Came)> _waiting = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public EventLog(IP2pNode node)
    {
        IAsyncEnumerator<PeerEvent> events = node.WatchAsync(_stop.Token).GetAsyncEnumerator();
        // The first call registers the watcher before it returns: nothing that happens from here on is missed.
        ValueTask<bool> first = events.MoveNextAsync();
        _loop = RunAsync(events, first);
    }

    public IReadOnlyList<PeerEvent> Seen
    {
        get
        {
            lock (_gate)
                return [.. _seen];
        }
    }

    /// <summary>Completes when the node ends the watching by itself.</summary>
    public Task Ended => _loop;

    public Task<PeerEvent> WaitAsync(PeerEventKind kind) => WaitAsync(change => change.Kind == kind);

    /// <summary>The first event that is wanted, seen already or to come.</summary>
    public Task<PeerEvent> WaitAsync(Func<PeerEvent, bool> wanted)
    {
        var came = new TaskCompletionSource<PeerEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_seen.FirstOrDefault(wanted) is { } known)
                return Task.FromResult(known);
            _waiting.Add((wanted, came));
        }

        return came.Task.Soon();
    }

    /// <summary>Forgets what was seen, so that the next wait is for something new.</summary>
    public void Clear()
    {
        lock (_gate)
            _seen.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(IAsyncEnumerator<PeerEvent> events, ValueTask<bool> first)
    {
        await using (events)
        {
            for (bool more = await first; more; more = await events.MoveNextAsync())
                Take(events.Current);
        }
    }

    private void Take(PeerEvent change)
    {
        lock (_gate)
        {
            _seen.Add(change);
            foreach ((Func<PeerEvent, bool> wanted, TaskCompletionSource<PeerEvent> came) in _waiting)
            {
                if (wanted(change))
                    came.TrySetResult(change);
            }
        }
    }
}
