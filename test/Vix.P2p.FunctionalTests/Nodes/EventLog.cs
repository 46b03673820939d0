namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Everything a node's watcher is told, kept, and told on.</summary>
internal sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly List<PeerEvent> _events = [];

    public EventLog(P2pNode node) => Ended = PumpAsync(node);

    /// <summary>After each event.</summary>
    public event Action? Changed;

    /// <summary>Completes when the node has stopped.</summary>
    public Task Ended { get; }

    public IReadOnlyList<PeerEvent> All
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    // The first step runs on the caller's thread up to the first wait, so nothing that comes after it is missed.
    private async Task PumpAsync(P2pNode node)
    {
        await foreach (PeerEvent change in node.WatchAsync())
        {
            lock (_gate)
                _events.Add(change);
            Changed?.Invoke();
        }
    }
}
