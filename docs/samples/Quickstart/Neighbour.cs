using Vix.P2p;

namespace Quickstart;

/// <summary>
/// A second node in the same process: it dials the app's node, so that the first look at the peers shows one. Your own
/// app has no need of it; its peers are other processes.
/// </summary>
internal sealed class Neighbour(IConfiguration configuration) : IHostedService
{
    private readonly IP2pNode _node = P2pNode.Create(new P2pNodeOptions
    {
        NodeId = "neighbour",
        ListenAddress = "127.0.0.1",
        ListenOnAnyPort = true,
    });

    // Hosted services start in the order they were added and before the web server takes requests: the app's node
    // listens already, and nobody sees the peers before this one is there.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _node.StartAsync(cancellationToken);
        PeerEndpoint app = PeerEndpoint.Create("127.0.0.1", configuration.GetValue("P2p:ListenPort", 9001));
        await _node.ConnectAsync(app, new ConnectOptions { Persistent = true }, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _node.StopAsync(cancellationToken);
}
