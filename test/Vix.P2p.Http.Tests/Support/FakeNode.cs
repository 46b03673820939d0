using System.Buffers;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>A node that does what a test says and remembers what it was asked.</summary>
internal sealed partial class FakeNode : IP2pNode
{
    public NodeStatus Status { get; set; } = SampleData.Status;

    public PeerList Peers { get; set; } = SampleData.Peers;

    public Func<PeerEndpoint, ConnectOptions, ConnectResult> OnConnect { get; set; } =
        (endpoint, _) => new ConnectResult(true, endpoint, P2pReason.None) { AttemptId = "a1b2c3d4e5f60718", State = PeerState.Connecting };

    public Func<string, bool> OnDisconnect { get; set; } = _ => true;

    /// <summary>Thrown by every member where it is set.</summary>
    public Exception? Failure { get; set; }

    public List<(PeerEndpoint Endpoint, ConnectOptions Options)> Connects { get; } = [];

    public List<string> Disconnects { get; } = [];

    /// <summary>How often the status was asked for.</summary>
    public int Asked;

    public NodeStatus GetStatus()
    {
        Interlocked.Increment(ref Asked);
        return Failure is null ? Status : throw Failure;
    }

    public PeerList GetPeers() => Failure is null ? Peers : throw Failure;

    /// <summary>The revision that is not that of <see cref="Peers"/>.</summary>
    public long? OtherRevision { get; set; }

    public long Revision => Failure is null ? OtherRevision ?? Peers.Revision : throw Failure;

    /// <summary>What a query comes to; by default the first rows, or the last one where there is a cursor.</summary>
    public Func<PeerQuery, PeerPage>? OnQuery { get; set; }

    public List<PeerQuery> Queries { get; } = [];

    public PeerPage GetPeers(PeerQuery query)
    {
        PeerList list = GetPeers();
        lock (Queries)
            Queries.Add(query);
        if (OnQuery is not null)
            return OnQuery(query);
        if (query.Cursor is not (null or SampleData.Cursor))
            throw new FormatException("The fake node knows one cursor.");
        PeerInfo[] rows = [.. query.Cursor is null ? list.Peers.Take(query.Limit) : list.Peers.TakeLast(1)];
        return new PeerPage(list.Revision, list.Peers.Count, list.Peers.Count, rows, query.Cursor is null && rows.Length < list.Peers.Count ? SampleData.Cursor : null);
    }

    public ConnectResult Connect(PeerEndpoint endpoint, ConnectOptions? options = null)
    {
        if (Failure is not null)
            throw Failure;
        lock (Connects)
            Connects.Add((endpoint, options!));
        return OnConnect(endpoint, options!);
    }

    public bool Disconnect(PeerId id) => Disconnect(id.ToString());

    public bool Disconnect(PeerEndpoint endpoint) => Disconnect(endpoint.ToString());

    public Task<bool> DisconnectAsync(PeerId id, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The control plane never waits for a close.");

    public Task<bool> DisconnectAsync(PeerEndpoint endpoint, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The control plane never waits for a close.");

    public bool TryGetPeer(PeerId id, out PeerInfo peer) => TryGetPeer(id.ToString(), out peer);

    public bool TryGetPeer(PeerEndpoint endpoint, out PeerInfo peer)
    {
        peer = GetPeers().Peers.FirstOrDefault(row => row.Endpoint == endpoint.ToString())!;
        return peer is not null;
    }

    public bool TryGetPeer(string key, out PeerInfo peer)
    {
        peer = GetPeers().Peers.FirstOrDefault(row => row.Key == key || row.IdText == key)!;
        return peer is not null;
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task StopAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The control plane never waits for a connection.");

    public ValueTask SendAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        throw NotHere();

    public bool TrySend(PeerId peer, string protocol, ReadOnlySpan<byte> payload, out P2pReason reason) => throw NotHere();

    public Task<IReadOnlyList<P2pBroadcastResult>> BroadcastAsync(string protocol, ReadOnlyMemory<byte> payload, IEnumerable<PeerId>? peers = null, TimeSpan wait = default, CancellationToken cancellationToken = default) =>
        throw NotHere();

    public ValueTask FlushAsync(PeerId peer, CancellationToken cancellationToken = default) => throw NotHere();

    public ValueTask<ReadOnlyMemory<byte>> RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        throw NotHere();

    public ValueTask RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        throw NotHere();

    public ValueTask<P2pStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellationToken = default) => throw NotHere();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static NotSupportedException NotHere() => new("The control plane carries no data.");

    private bool Disconnect(string what)
    {
        if (Failure is not null)
            throw Failure;
        Disconnects.Add(what);
        return OnDisconnect(what);
    }
}
