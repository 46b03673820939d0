using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>The node that is flooded, with all limits at their defaults, and beside it a listener that accepts and closes.</summary>
internal sealed class FloodTarget : IAsyncDisposable
{
    public const string Protocol = "flood/1";

    private static readonly string[] PerAddress = ["new_connections_per_second", "connections_per_address", "address_buckets", "pending_handshakes_per_address"];

    private readonly P2pNode _node;
    private readonly Socket _plain = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly FloodKind _kind;
    private Task _closing = Task.CompletedTask;
    private long _closed;

    public FloodTarget(FloodKind kind, string networkKey)
    {
        _kind = kind;
        // 127/8 is full of addresses, and here they are those of strangers.
        P2pNodeOptions options = new() { NodeId = "target", ListenAddress = "127.0.0.1", ListenOnAnyPort = true, Limits = { ExemptLoopback = false } };
        if (kind == FloodKind.NetworkKey)
            options.NetworkKey = networkKey;
        _node = P2pNode.Create(options, builder => builder.AddProtocol(Protocol, protocol => protocol
            .OnMessage(_ => ValueTask.CompletedTask)
            .OnRequest(request => request.ReplyAsync(request.Payload))));
    }

    /// <summary>Where the node listens, and where the flood goes.</summary>
    public async Task<(int Node, int Flooded)> StartAsync()
    {
        await _node.StartAsync();
        _plain.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _plain.Listen(512);
        _closing = CloseAllAsync();
        int node = new Uri(_node.GetStatus().Listen[0]).Port;
        return (node, _kind == FloodKind.AcceptAndClose ? ((IPEndPoint)_plain.LocalEndPoint!).Port : node);
    }

    public TargetMark Mark()
    {
        NodeStatus status = _node.GetStatus();
        long closed = Volatile.Read(ref _closed);
        return new TargetMark(
            Environment.CpuUsage.TotalTime,
            Environment.WorkingSet / 1048576.0,
            status.HandshakesStarted + closed,
            status.HandshakesFailed + closed,
            PerAddress.Sum(limit => status.LimitRejections[limit]));
    }

    public async ValueTask DisposeAsync()
    {
        _plain.Dispose();
        await _closing;
        await _node.DisposeAsync();
    }

    private async Task CloseAllAsync()
    {
        LingerOption reset = new(enable: true, seconds: 0);
        while (true)
        {
            try
            {
                Socket accepted = await _plain.AcceptAsync();
                accepted.LingerState = reset;
                accepted.Dispose();
                Interlocked.Increment(ref _closed);
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
