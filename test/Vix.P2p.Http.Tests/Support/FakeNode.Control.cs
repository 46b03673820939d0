namespace Vix.P2p.Http.Tests.Support;

/// <content>What a control plane shows and steers beside the connections.</content>
internal sealed partial class FakeNode
{
    /// <summary>Newest first.</summary>
    public List<ConnectAttempt> Attempts { get; } = [SampleData.Refused, SampleData.Reached];

    public List<PersistentPeer> Persistent { get; } = [SampleData.KeptConnected, SampleData.KeptWaiting];

    public List<PeerBan> Bans { get; } = [SampleData.Banned];

    public List<NodeLogLine> LogLines { get; } = [];

    /// <summary>What is watched after a revision; by default nothing, until the watcher leaves.</summary>
    public Func<long, CancellationToken, IAsyncEnumerable<PeerEvent>> OnWatch { get; set; } = static (_, leaving) => Nothing<PeerEvent>(leaving);

    /// <summary>What follows a log line; by default nothing, until the watcher leaves.</summary>
    public Func<long, CancellationToken, IAsyncEnumerable<NodeLogLine>> OnWatchLog { get; set; } = static (_, leaving) => Nothing<NodeLogLine>(leaving);

    /// <summary>What a wait for a change comes to; by default nothing, until whoever waits leaves.</summary>
    public Func<long, CancellationToken, Task<long>> OnWait { get; set; } = static async (known, leaving) =>
    {
        await Task.Delay(Timeout.Infinite, leaving);
        return known;
    };

    public IAsyncEnumerable<PeerEvent> WatchAsync(CancellationToken cancellationToken = default) => WatchAsync(Peers.Revision, cancellationToken);

    public IAsyncEnumerable<PeerEvent> WatchAsync(long after, CancellationToken cancellationToken = default) => OnWatch(after, cancellationToken);

    public Task<long> WaitForChangeAsync(long known, CancellationToken cancellationToken = default) => OnWait(known, cancellationToken);

    public IReadOnlyList<ConnectAttempt> GetAttempts() => Failure is null ? Attempts : throw Failure;

    public bool TryGetAttempt(string id, out ConnectAttempt attempt)
    {
        attempt = GetAttempts().FirstOrDefault(known => known.Id == id)!;
        return attempt is not null;
    }

    public IReadOnlyList<PersistentPeer> GetPersistentPeers() => Failure is null ? Persistent : throw Failure;

    public bool RemovePersistent(PeerEndpoint endpoint) => Failure is null ? Persistent.RemoveAll(peer => peer.Endpoint == endpoint) > 0 : throw Failure;

    public PeerBan Ban(PeerId id, TimeSpan duration)
    {
        if (Failure is not null)
            throw Failure;
        var ban = new PeerBan(id, SampleData.Day, duration, duration);
        Bans.Add(ban);
        return ban;
    }

    public bool Unban(PeerId id) => Failure is null ? Bans.RemoveAll(ban => ban.Id == id) > 0 : throw Failure;

    public IReadOnlyList<PeerBan> GetBans() => Failure is null ? Bans : throw Failure;

    public IReadOnlyList<NodeLogLine> GetLogLines() => Failure is null ? LogLines : throw Failure;

    public IAsyncEnumerable<NodeLogLine> WatchLogAsync(long after, CancellationToken cancellationToken = default) => OnWatchLog(after, cancellationToken);

    private static async IAsyncEnumerable<T> Nothing<T>([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken leaving)
    {
        await Task.Delay(Timeout.Infinite, leaving);
        yield break;
    }
}
