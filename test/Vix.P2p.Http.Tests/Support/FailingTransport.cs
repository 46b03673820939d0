using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Transport;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>A transport on which every dial fails at once, for a node whose peers change as often as a test wants.</summary>
/// <param name="message">What it says of each failure.</param>
internal sealed class FailingTransport(string message) : IP2pTransport
{
    public string Scheme => "fail";

    /// <summary>A node that knows this transport and has started.</summary>
    public static async Task<P2pNode> StartNodeAsync(string message = "nobody there")
    {
        var node = P2pNode.Create(new P2pNodeOptions { NodeId = "alpha" }, builder => builder.AddTransport(new FailingTransport(message)));
        await node.StartAsync();
        return node;
    }

    /// <summary>Dials and fails, which makes two events.</summary>
    public static async Task FailAsync(IP2pNode node, int port = 1) =>
        await FluentActions.Awaiting(() => node.ConnectAsync(PeerEndpoint.Create("192.0.2.1", port, "fail"), new ConnectOptions { Force = true }).Soon())
            .Should().ThrowAsync<P2pConnectException>();

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        throw new P2pTransportException(P2pReason.NameNotFound, message);

    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
