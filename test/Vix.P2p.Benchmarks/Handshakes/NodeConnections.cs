using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>One listening node and nodes that dial it, all by the public API.</summary>
internal sealed class NodeConnections : IAsyncDisposable
{
    private readonly P2pNode _hub;
    private readonly P2pNode[] _diallers;
    private readonly int[] _turns;
    private PeerEndpoint _endpoint = null!;
    private PeerId _hubId;

    private NodeConnections(int workers, MemoryTransport? memory)
    {
        _turns = new int[workers];
        _hub = Create(memory, new P2pNodeOptions
        {
            NodeId = "hub",
            ListenScheme = memory?.Scheme ?? "tcp",
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = true,
            Limits = { HandshakeConcurrency = Environment.ProcessorCount },
        });
        _diallers = [.. Enumerable.Range(0, 2 * workers).Select(i => Create(memory, new P2pNodeOptions { NodeId = $"dialler-{i}" }))];
    }

    /// <summary>Starts the nodes.</summary>
    /// <param name="workers">Units at once.</param>
    /// <param name="memory">The network between them; null for TCP.</param>
    public static async Task<NodeConnections> StartAsync(int workers, MemoryTransport? memory = null)
    {
        NodeConnections connections = new(workers, memory);
        await connections._hub.StartAsync();
        NodeStatus status = connections._hub.GetStatus();
        connections._hubId = status.Id!.Value;
        connections._endpoint = PeerEndpoint.Parse(status.Listen[0]);
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

    private static P2pNode Create(MemoryTransport? memory, P2pNodeOptions options) =>
        P2pNode.Create(options, builder => _ = memory is null ? builder : builder.AddTransport(memory));
}
