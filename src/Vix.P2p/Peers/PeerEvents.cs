using Vix.P2p.Diagnostics;

namespace Vix.P2p.Peers;

/// <summary>The table's last changes, for those who watch; a slow one loses events and is told so, and holds up nobody.</summary>
internal sealed class PeerEvents(TimeProvider time)
{
    /// <summary>Events kept: as far as a watcher may be behind.</summary>
    public const int Capacity = 1024;

    private readonly History<PeerEvent> _events = new(Capacity);

    /// <summary>The revision of the newest event; 0 before the first.</summary>
    public long Last => _events.Last;

    public void Publish(PeerEvent change) => _events.Add(change.Revision, change);

    public void Complete() => _events.Complete();

    /// <summary>The events after a revision, and then those to come.</summary>
    public IAsyncEnumerable<PeerEvent> WatchAsync(long after, CancellationToken cancellationToken) =>
        _events.FollowAsync(after, revision => new PeerEvent(PeerEventKind.Resync, revision, time.GetUtcNow(), Peer: null, P2pReason.None), cancellationToken);
}
