using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>A node that keeps a link to another one for ever, with times as short as options allow.</summary>
internal sealed class ChaosNode : IAsyncDisposable
{
    // What a node ends a connection for when the network alone is at fault, and nobody has changed a byte.
    private static readonly P2pReason[] FaultsOfTheNetwork = [P2pReason.Lost, P2pReason.Stale, P2pReason.Replaced, P2pReason.Duplicate, P2pReason.Normal];

    private readonly Task _watching;
    private bool _ending;

    private ChaosNode(string name, int seed)
    {
        Talk = new ChaosTalk(this, seed);
        var options = new P2pNodeOptions
        {
            NodeId = name,
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = true,
            PingInterval = TimeSpan.FromMilliseconds(100),
            StaleAfter = TimeSpan.FromMilliseconds(200),
            CloseAfter = TimeSpan.FromMilliseconds(300),
            HandshakeTimeout = TimeSpan.FromMilliseconds(300),
            ClosedPeerRetention = TimeSpan.Zero,
        };
        options.DialPolicy.BackoffInitial = TimeSpan.FromMilliseconds(10);
        options.DialPolicy.BackoffMaxPersistent = TimeSpan.FromMilliseconds(40);
        options.DialPolicy.BackoffResetAfter = TimeSpan.Zero;
        options.Limits.FrameTimeout = options.Limits.SendTimeout = TimeSpan.FromSeconds(1);
        Node = P2pNode.Create(options, builder => Talk.AddTo(builder.AddTransport(Transport)), Log);
        _watching = WatchAsync();
    }

    public P2pNode Node { get; }

    public CountedTransport Transport { get; } = new();

    public ChaosLog Log { get; } = new();

    public ChaosTally Tally { get; } = new();

    public ChaosTalk Talk { get; }

    public PeerId Id => Node.GetStatus().Id!.Value;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, PeerEndpoint.Parse(Node.GetStatus().Listen[0]).Port);

    /// <summary>Connections that were established.</summary>
    public int Connected { get; private set; }

    public static async Task<ChaosNode> StartAsync(string name, int seed)
    {
        var node = new ChaosNode(name, seed);
        await node.Node.StartAsync().Soon();
        return node;
    }

    public bool IsConnectedTo(PeerId id) => Node.TryGetPeer(id, out var peer) && peer.State is PeerState.Connected or PeerState.Stale;

    /// <summary>Completes when there is a link to a peer; looks after each change of the table.</summary>
    public async Task ConnectedToAsync(PeerId id)
    {
        while (true)
        {
            var known = Node.Revision;
            if (IsConnectedTo(id))
                return;
            await Node.WaitForChangeAsync(known).Soon();
        }
    }

    /// <summary>From now on either node may stop.</summary>
    public void ExpectTheEnd() => Volatile.Write(ref _ending, true);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync().AsTask().Soon();
        await _watching.Soon();
    }

    public IEnumerable<string> Describe() =>
    [
        $"-- {Node.GetStatus().NodeId}: {string.Join(", ", Node.GetPeers().Peers.Select(peer => $"{peer.Id} {peer.State} {peer.Direction} {peer.Endpoint} next in {peer.NextAttemptIn}"))}",
        .. Tally.Wrong,
        .. Log.Wrong.Select(entry => entry.ToString()),
        .. Log.Recent,
    ];

    private async Task WatchAsync()
    {
        await foreach (var change in Node.WatchAsync())
        {
            var connected = Node.GetPeers().Peers.Count(peer => peer.State is PeerState.Connected or PeerState.Stale);
            if (connected > 1)
                Tally.Complain($"{connected} connected peers are listed, and there is one other node.");
            if (change.Kind == PeerEventKind.PeerConnected)
                Connected++;
            if (change.Kind == PeerEventKind.PeerDisconnected && !Volatile.Read(ref _ending))
            {
                Tally.Count($"link {change.Reason}");
                if (!FaultsOfTheNetwork.Contains(change.Reason))
                    Tally.Complain($"A connection ended with {change.Reason}.");
            }
        }
    }
}
