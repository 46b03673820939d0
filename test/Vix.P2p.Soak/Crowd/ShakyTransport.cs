using System.Collections.Concurrent;
using System.Net;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Soak.Crowd;

/// <summary>TCP whose connections can be cut, stopped and spoilt from outside.</summary>
internal sealed class ShakyTransport : IP2pTransport
{
    private readonly TcpTransport _inner = new();
    private readonly ConcurrentQueue<ShakyConnection> _connections = new();

    public string Scheme => _inner.Scheme;

    /// <summary>Does something to each connection there was; those that have ended do not mind.</summary>
    public void Each(Action<ShakyConnection> what)
    {
        foreach (ShakyConnection connection in _connections)
            what(connection);
    }

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => _inner.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => Keep(await _inner.DialAsync(address, cancellationToken));

    public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        new Listener(this, await _inner.ListenAsync(options, cancellationToken));

    private ShakyConnection Keep(IP2pTransportConnection inner)
    {
        var connection = new ShakyConnection(inner);
        _connections.Enqueue(connection);
        return connection;
    }

    private sealed class Listener(ShakyTransport transport, IP2pTransportListener inner) : IP2pTransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is { } connection ? transport.Keep(connection) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
