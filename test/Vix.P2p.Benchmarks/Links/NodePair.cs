using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Benchmarks.Links;

/// <summary>Two nodes with one connection between them, all by the public API.</summary>
internal sealed class NodePair : IAsyncDisposable
{
    public const string Protocol = "bench/1";

    private NodePair(P2pNode client, P2pNode server)
    {
        Client = client;
        Server = server;
    }

    public P2pNode Client { get; }

    public P2pNode Server { get; }

    /// <summary>The server, as the client knows it.</summary>
    public PeerId ServerId { get; private set; }

    /// <param name="serve">What the server does with the protocol.</param>
    /// <param name="configure">What else the server has.</param>
    public static async Task<NodePair> StartAsync(Action<P2pProtocolBuilder> serve, Action<Hosting.IP2pNodeBuilder>? configure = null)
    {
        NodePair pair = new(
            P2pNode.Create(new P2pNodeOptions { NodeId = "client" }),
            P2pNode.Create(
                new P2pNodeOptions { NodeId = "server", ListenAddress = "127.0.0.1", ListenOnAnyPort = true },
                builder =>
                {
                    builder.AddProtocol(Protocol, serve);
                    configure?.Invoke(builder);
                }));
        await pair.Server.StartAsync();
        await pair.Client.StartAsync();
        NodeStatus status = pair.Server.GetStatus();
        await pair.Client.ConnectAsync(PeerEndpoint.Parse(status.Listen[0]));
        pair.ServerId = status.Id!.Value;
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
