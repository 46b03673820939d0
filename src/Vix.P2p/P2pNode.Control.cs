using System.Diagnostics.CodeAnalysis;

namespace Vix.P2p;

/// <content>What a control plane shows and steers beside the connections.</content>
public sealed partial class P2pNode
{
    /// <inheritdoc/>
    public long Revision => _runtime.Table.Revision;

    /// <inheritdoc/>
    public PeerPage GetPeers(PeerQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _runtime.GetPeers(query);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<PeerEvent> WatchAsync(CancellationToken cancellationToken = default) =>
        _runtime.Table.Events.WatchAsync(_runtime.Table.Events.Last, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PeerEvent> WatchAsync(long after, CancellationToken cancellationToken = default) =>
        _runtime.Table.Events.WatchAsync(after, cancellationToken);

    /// <inheritdoc/>
    public Task<long> WaitForChangeAsync(long known, CancellationToken cancellationToken = default) =>
        _runtime.Table.WaitForChangeAsync(known, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<ConnectAttempt> GetAttempts() => _runtime.Table.Attempts();

    /// <inheritdoc/>
    public bool TryGetAttempt(string id, [NotNullWhen(true)] out ConnectAttempt? attempt)
    {
        ArgumentNullException.ThrowIfNull(id);
        attempt = _runtime.Table.FindAttempt(id);
        return attempt is not null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<PersistentPeer> GetPersistentPeers() => _runtime.Table.PersistentPeers();

    /// <inheritdoc/>
    public bool RemovePersistent(PeerEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _runtime.Table.RemovePersistent(endpoint);
    }

    /// <inheritdoc/>
    public PeerBan Ban(PeerId id, TimeSpan duration)
    {
        if (duration < TimeSpan.FromMilliseconds(1) || duration > TimeSpan.FromDays(365))
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "A ban lasts 1 ms to 365 days.");
        return _runtime.Ban(id, duration);
    }

    /// <inheritdoc/>
    public bool Unban(PeerId id) => _runtime.Table.Unban(id);

    /// <inheritdoc/>
    public IReadOnlyList<PeerBan> GetBans() => _runtime.Table.Bans();

    /// <inheritdoc/>
    public IReadOnlyList<NodeLogLine> GetLogLines() => _runtime.LogLines.Snapshot();

    /// <inheritdoc/>
    public IAsyncEnumerable<NodeLogLine> WatchLogAsync(long after, CancellationToken cancellationToken = default) =>
        _runtime.LogLines.WatchAsync(after, cancellationToken);
}
