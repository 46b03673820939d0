using System.Net;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Namespaces;

/// <summary>TCP on another host: its sockets are made in a network namespace.</summary>
internal sealed class NamespaceTransport(NetworkNamespace host) : IP2pTransport
{
    private readonly TcpTransport _tcp = new();

    public string Scheme => "tcp";

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        _tcp.ResolveAsync(endpoint, cancellationToken);

    // Made and on its way to connect before the call returns; what is awaited needs no namespace.
    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) =>
        await host.Do(() => _tcp.DialAsync(address, cancellationToken).AsTask());

    public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        await host.Do(() => _tcp.ListenAsync(options, cancellationToken).AsTask());
}
