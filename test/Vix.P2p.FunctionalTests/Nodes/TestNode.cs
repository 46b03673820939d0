using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>A node on a loopback port of the system's choice, with its events and its log; disposing it judges the log.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private TestNode(P2pNode node, LogSink log)
    {
        Node = node;
        Log = log;
        Events = new EventLog(node);
    }

    public P2pNode Node { get; }

    public LogSink Log { get; }

    public EventLog Events { get; }

    public NodeStatus Status => Node.GetStatus();

    public PeerId Id => Status.Id!.Value;

    /// <summary>Where it listens.</summary>
    public PeerEndpoint Address => PeerEndpoint.Parse(Status.Listen[0]);

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public IReadOnlyList<PeerInfo> Peers => Node.GetPeers().Peers;

    /// <summary>The peers that are connected now.</summary>
    public IReadOnlyList<PeerInfo> Connected => [.. Peers.Where(peer => peer.State is PeerState.Connected or PeerState.Stale)];

    public static TestNode Create(Action<P2pNodeOptions>? configure = null, Action<IP2pNodeBuilder>? build = null, TimeProvider? time = null)
    {
        var options = new P2pNodeOptions { NodeId = "node", ListenAddress = "127.0.0.1", ListenOnAnyPort = true };
        configure?.Invoke(options);
        var log = new LogSink();
        var node = P2pNode.Create(
            options,
            builder =>
            {
                builder.OnLog(log.AddLine);
                build?.Invoke(builder);
            },
            log,
            time);
        return new TestNode(node, log);
    }

    public static async Task<TestNode> StartAsync(Action<P2pNodeOptions>? configure = null, Action<IP2pNodeBuilder>? build = null, TimeProvider? time = null)
    {
        var node = Create(configure, build, time);
        await node.Node.StartAsync().Soon();
        return node;
    }

    /// <summary>Waits until something holds, looking again after each event of these nodes.</summary>
    public static async Task UntilAsync(Func<bool> condition, params IReadOnlyList<TestNode> nodes)
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var node in nodes)
            node.Events.Changed += Look;
        try
        {
            Look();
            await holds.Task.Soon();
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(string.Join(Environment.NewLine, nodes.SelectMany(node => node.Describe())), e);
        }
        finally
        {
            foreach (var node in nodes)
                node.Events.Changed -= Look;
        }

        void Look()
        {
            try
            {
                if (condition())
                    holds.TrySetResult();
            }
            catch (Exception e)
            {
                holds.TrySetException(e);
            }
        }
    }

    public Task UntilAsync(Func<bool> condition) => UntilAsync(condition, this);

    /// <summary>The first event that matches, among those that were and those that come.</summary>
    public async Task<PeerEvent> EventAsync(Func<PeerEvent, bool> match)
    {
        await UntilAsync(() => Events.All.Any(match));
        return Events.All.First(match);
    }

    public Task<PeerEvent> EventAsync(PeerEventKind kind, P2pReason reason = P2pReason.None) =>
        EventAsync(change => change.Kind == kind && change.Reason == reason);

    public Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions? options = null) =>
        Node.ConnectAsync(endpoint, options ?? new ConnectOptions { Force = true }).Soon();

    public Task<PeerInfo> ConnectAsync(TestNode other) => ConnectAsync(other.Address);

    /// <summary>Why a connect fails.</summary>
    public async Task<P2pReason> ConnectReasonAsync(PeerEndpoint endpoint, ConnectOptions? options = null)
    {
        try
        {
            await ConnectAsync(endpoint, options);
            return P2pReason.None;
        }
        catch (P2pConnectException e)
        {
            return e.Reason;
        }
    }

    /// <summary>The node's peer of that id.</summary>
    public PeerInfo? Peer(PeerId id) => Node.TryGetPeer(id, out var peer) ? peer : null;

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync().AsTask().Soon();
        await Events.Ended.Soon();
        Log.ShouldBeClean();
    }

    private IEnumerable<string> Describe() =>
    [
        $"-- node {Status.NodeId}: {string.Join(", ", Status.PeersByState.Where(state => state.Value > 0))}",
        .. Events.All.TakeLast(20).Select(change => $"{change.Revision} {change.Kind} {change.Reason} {change.Peer?.Endpoint} {change.Peer?.State} {change.Peer?.LastError?.Message}"),
        .. Log.Entries.TakeLast(20).Select(entry => $"{entry.Level} {entry.Message} {entry.Exception}"),
    ];
}
