using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>One SendAsync a message, and a handler that counts.</summary>
internal sealed class NodeFlow : IFlow
{
    private readonly int _size;
    private readonly Tally _tally;
    private readonly byte[] _message;

    private NodeFlow(int size)
    {
        _size = size;
        _tally = new Tally(size);
        _message = new byte[size];
    }

    public NodePair Nodes { get; private set; } = null!;

    public static async Task<NodeFlow> StartAsync(int size, Action<Hosting.IP2pNodeBuilder>? configureServer = null)
    {
        NodeFlow flow = new(size);
        flow.Nodes = await NodePair.StartAsync(protocol => protocol.OnMessage(flow.Take), configureServer);
        return flow;
    }

    public async Task<long> RunAsync(TimeSpan time)
    {
        _tally.Begin();
        MessageClock clock = new(_size, time);
        bool last;
        do
        {
            last = clock.Stamp(_message);
            await Nodes.Client.SendAsync(Nodes.ServerId, NodePair.Protocol, _message);
        }
        while (!last);
        return await _tally.Done;
    }

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();

    private ValueTask Take(P2pMessageContext context)
    {
        _tally.Take(context.Payload.Span);
        return ValueTask.CompletedTask;
    }
}
