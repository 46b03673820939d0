using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>Lets a test hold back and fail the flushes of the connections that a node dials.</summary>
internal sealed class HookedTransport(IP2pTransport inner) : IP2pTransport
{
    public string Scheme => inner.Scheme;

    /// <summary>Runs before each flush.</summary>
    public Func<Task> BeforeFlush { get; set; } = () => Task.CompletedTask;

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) =>
        new HookedConnection(await inner.DialAsync(address, cancellationToken), () => BeforeFlush());

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) => inner.ListenAsync(options, cancellationToken);
}
