using System.Net;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>A listening node.</summary>
internal sealed class NodeHub : IIdleHub
{
    private readonly P2pNodeOptions _options;
    private readonly P2pNode _node;

    public NodeHub()
    {
        _options = new P2pNodeOptions
        {
            NodeId = "hub",
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = true,
            MaxPeers = 100_000,
            Limits = { HandshakeConcurrency = Environment.ProcessorCount, PendingHandshakes = 1024, HandshakeBytesTotal = 16 * 1024 * 1024 },
        };
        _node = P2pNode.Create(_options);
    }

    public P2pNode Node => _node;

    public int Connected => _node.GetStatus().PeersConnected;

    // A ping is due after the interval, and the clock is looked at every second.
    public TimeSpan Settle => _options.PingInterval + TimeSpan.FromSeconds(2);

    public async Task<int> StartAsync()
    {
        await _node.StartAsync();
        return IPEndPoint.Parse(new Uri(_node.GetStatus().Listen[0]).Authority).Port;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
