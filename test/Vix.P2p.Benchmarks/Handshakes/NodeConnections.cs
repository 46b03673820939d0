using System.Net;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>One listening node and nodes that dial it, all by the public API.</summary>
internal sealed class NodeConnections : IAsyncDisposable
{
    private readonly P2pNode _hub;
    private readonly P2pNode[] _diallers;
    private PeerEndpoint _endpoint = null!;
    private PeerId _hubId;
    private readonly int[] _turns;

    private NodeConnections(int workers)
    {
        _turns = new int[workers];
        _hub = P2pNode.Create(new P2pNodeOptions
        {
            NodeId = "hub",
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = true,
            Limits = { HandshakeConcurrency = Environment.ProcessorCount },
        });
        _diallers = [.. Enumerable.Range(0, 2 * workers).Select(i => P2pNode.Create(new P2pNodeOptions { NodeId = $"dialler-{i}" }))];
    }

    public static async Task<NodeConnections> StartAsync(int workers)
    {
        NodeConnections connections = new(workers);
        await connections._hub.StartAsync();
        NodeStatus status = connections._hub.GetStatus();
        connections._hubId = status.Id!.Value;
        connections._endpoint = PeerEndpoint.Create("127.0.0.1", IPEndPoint.Parse(new Uri(status.Listen[0]).Authority).Port);
        foreach (P2pNode dialler in connections._diallers)
            await dialler.StartAsync();
        return connections;
    }

    public async Task RunOnceAsync(int worker)
    {
        // A worker's two nodes take turns, so that no identity comes again before the hub is through with it.
        P2pNode dialler = _diallers[(2 * worker) + (_turns[worker]++ % 2)];
        await dialler.ConnectAsync(_endpoint);
        // Completes when the connection has ended, which takes the hub's own end of it.
        await dialler.DisconnectAsync(_hubId);
    }

    /// <summary>Every unit must have been a handshake that both sides completed.</summary>
    public void Check()
    {
        NodeStatus status = _hub.GetStatus();
        int units = _turns.Sum();
        if (status.HandshakesCompleted != units || status.HandshakesFailed != 0)
            throw new InvalidOperationException($"{units} units, but the hub completed {status.HandshakesCompleted} handshakes and {status.HandshakesFailed} failed.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (P2pNode dialler in _diallers)
            await dialler.DisposeAsync();
        await _hub.DisposeAsync();
    }
}
