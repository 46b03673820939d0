using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Hosting;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Testing;

/// <summary>Nodes and scripted peers on one in-memory network with one clock that the test moves.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    public const int Port = 1;

    private readonly List<P2pNode> _nodes = [];
    private readonly List<IAsyncDisposable> _rest = [];

    public MemoryTransport Transport { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public LogSink Log { get; } = new();

    public static PeerEndpoint At(string name) => PeerEndpoint.Create(name, Port, "memory");

    /// <summary>Makes a node that listens on its name; it is not started.</summary>
    public P2pNode Make(string name, Action<P2pNodeOptions>? configure = null, IP2pTransport? transport = null, Action<IP2pNodeBuilder>? build = null)
    {
        var options = new P2pNodeOptions { NodeId = name, ListenScheme = "memory", ListenAddress = name, ListenPort = Port };
        configure?.Invoke(options);
        P2pNode node = P2pNode.Create(
            options,
            builder =>
            {
                builder.AddTransport(transport ?? Transport);
                build?.Invoke(builder);
            },
            Log,
            Clock);
        _nodes.Add(node);
        return node;
    }

    public async Task<P2pNode> StartAsync(string name, Action<P2pNodeOptions>? configure = null, IP2pTransport? transport = null, Action<IP2pNodeBuilder>? build = null)
    {
        P2pNode node = Make(name, configure, transport, build);
        await node.StartAsync().Soon();
        return node;
    }

    public EventLog Watch(IP2pNode node)
    {
        var log = new EventLog(node);
        _rest.Add(log);
        return log;
    }

    /// <summary>A key for a scripted peer, the same one for the same name.</summary>
    public TestNode Identity(string name)
    {
        var identity = new TestNode(name, repeatable: false);
        _rest.Add(new Disposing(identity));
        return identity;
    }

    public async Task<RawPeer> DialAsync(string to, TestNode self) => Keep(await RawPeer.DialAsync(Transport, to, Port, self));

    /// <summary>A scripted peer that has sent Finish and has not read the first frame yet.</summary>
    public async Task<RawPeer> ConnectAsync(string to, TestNode self, byte[]? introduction = null) =>
        Keep(await RawPeer.ConnectAsync(Transport, to, Port, self, introduction));

    public async Task<IP2pTransportListener> ListenAsync(string name)
    {
        IP2pTransportListener listener = await Transport.ListenAsync(new P2pListenOptions { Address = name, Port = Port, Admit = _ => true }, CancellationToken.None);
        _rest.Add(listener);
        return listener;
    }

    public async Task<RawPeer> AcceptAsync(IP2pTransportListener listener, TestNode self) => Keep(await RawPeer.AcceptAsync(listener, self));

    /// <summary>Waits until no dial and no handshake is under way: what was begun is then counted as ended.</summary>
    public static Task QuietAsync(params P2pNode[] nodes) => Waiting.UntilAsync(
        () => nodes.All(node =>
        {
            NodeStatus status = node.GetStatus();
            return status.HandshakesStarted == status.HandshakesCompleted + status.HandshakesFailed
                && status.PeersByState[PeerState.Connecting] + status.PeersByState[PeerState.Handshaking] == 0;
        }),
        () => string.Join('\n', nodes.Select(node => node.GetStatus())));

    /// <summary>
    /// Lets time pass between the dials of a node until something is so. It stands still while a dial is under way: the
    /// deadline of the handshake comes 5 s after the dial, and one large step may begin the dial and pass that too.
    /// </summary>
    public Task PassUntilAsync(P2pNode node, Func<NodeStatus, bool> condition) => Waiting.UntilAsync(() =>
    {
        NodeStatus status = node.GetStatus();
        if (condition(status))
            return true;
        if (!IsDialling(status))
            Clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    /// <summary>Lets time pass until a dial is under way whose end is the test's to decide.</summary>
    public Task PassUntilADialAsync(P2pNode node) => PassUntilAsync(node, IsDialling);

    private static bool IsDialling(NodeStatus status) => status.PeersByState[PeerState.Connecting] + status.PeersByState[PeerState.Handshaking] > 0;

    public async ValueTask DisposeAsync()
    {
        // The scripted side goes first, so that no node lingers for it on a clock that stands still.
        foreach (IAsyncDisposable thing in Enumerable.Reverse(_rest))
            await thing.DisposeAsync().Soon();
        Task[] stops = [.. _nodes.Select(node => node.StopAsync())];
        await Task.WhenAll(stops).Soon();
    }

    private RawPeer Keep(RawPeer peer)
    {
        _rest.Add(peer);
        return peer;
    }

    private sealed class Disposing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
