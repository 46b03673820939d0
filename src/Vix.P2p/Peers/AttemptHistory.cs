namespace Vix.P2p.Peers;

/// <summary>What became of the last dials. Not thread-safe: its owner holds a lock.</summary>
internal sealed class AttemptHistory(TimeProvider time)
{
    /// <summary>Dials kept.</summary>
    public const int Capacity = 256;

    private readonly Queue<Entry> _entries = new();

    /// <summary>Takes in a dial that begins.</summary>
    public Entry Add(string id, PeerEndpoint endpoint, PeerId? expectedId, string key)
    {
        if (_entries.Count == Capacity)
            _entries.Dequeue();
        var entry = new Entry(id, endpoint, expectedId, key, time.GetUtcNow(), time.GetTimestamp());
        _entries.Enqueue(entry);
        return entry;
    }

    /// <summary>A dial is over: with a peer where the reason is None.</summary>
    public void End(Entry entry, P2pReason reason, string detail)
    {
        entry.Took = time.GetElapsedTime(entry.Started);
        entry.State = reason == P2pReason.None ? ConnectAttemptState.Connected : ConnectAttemptState.Failed;
        entry.Reason = reason;
        entry.Message = reason == P2pReason.None ? null : detail;
    }

    /// <summary>The dials, newest first.</summary>
    public IReadOnlyList<ConnectAttempt> Snapshot() => [.. _entries.Reverse().Select(ToAttempt)];

    public ConnectAttempt? Find(string id) =>
        _entries.FirstOrDefault(entry => string.Equals(entry.Id, id, StringComparison.Ordinal)) is { } entry ? ToAttempt(entry) : null;

    private ConnectAttempt ToAttempt(Entry entry) => new()
    {
        Id = entry.Id,
        Endpoint = entry.Endpoint,
        State = entry.State,
        StartedAt = entry.StartedAt,
        Duration = entry.Took ?? time.GetElapsedTime(entry.Started),
        Key = entry.Key,
        PeerId = entry.PeerId,
        ExpectedId = entry.ExpectedId,
        RemoteEndpoint = entry.Remote,
        Reason = entry.Reason,
        Message = entry.Message,
    };

    /// <summary>One dial; it holds neither its row nor its connection, which may be gone long before it is.</summary>
    internal sealed class Entry(string id, PeerEndpoint endpoint, PeerId? expectedId, string key, DateTimeOffset startedAt, long started)
    {
        public string Id => id;

        public PeerEndpoint Endpoint => endpoint;

        public PeerId? ExpectedId => expectedId;

        /// <summary>The key of its row, which is the peer's own once the id is proven.</summary>
        public string Key { get; set; } = key;

        public DateTimeOffset StartedAt => startedAt;

        public long Started => started;

        public TimeSpan? Took { get; set; }

        public ConnectAttemptState State { get; set; }

        public PeerId? PeerId { get; set; }

        public string? Remote { get; set; }

        public P2pReason Reason { get; set; }

        public string? Message { get; set; }
    }
}
