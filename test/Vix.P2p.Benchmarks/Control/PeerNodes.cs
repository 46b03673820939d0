namespace Vix.P2p.Benchmarks.Control;

/// <summary>A node with as many connected peers as asked for, nodes in this process.</summary>
internal sealed class PeerNodes : IAsyncDisposable
{
    private readonly List<P2pNode> _peers = [];

    private PeerNodes()
    {
    }

    public P2pNode Hub { get; } = P2pNode.Create(new P2pNodeOptions { NodeId = "hub", ListenAddress = "127.0.0.1", ListenOnAnyPort = true });

    public static async Task<PeerNodes> StartAsync(int peers)
    {
        PeerNodes nodes = new();
        await nodes.Hub.StartAsync();
        PeerEndpoint hub = PeerEndpoint.Parse(nodes.Hub.GetStatus().Listen[0]);
        for (int i = 0; i < peers; i++)
        {
            var peer = P2pNode.Create(new P2pNodeOptions { NodeId = $"peer-{i}", ListenAddress = "127.0.0.1", ListenOnAnyPort = true });
            nodes._peers.Add(peer);
            await peer.StartAsync();
            await peer.ConnectAsync(hub);
        }

        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_peers.Select(peer => peer.StopAsync()));
        await Hub.DisposeAsync();
    }
}
