using System.Collections.Concurrent;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>Lets a node die as a killed process does: its listener and its connections are gone at once, and it says nothing.</summary>
internal sealed class KillableTransport(IP2pTransport inner) : IP2pTransport
{
    private readonly ConcurrentBag<IP2pTransportConnection> _connections = [];
    private IP2pTransportListener? _listener;

    public string Scheme => inner.Scheme;

    /// <summary>How many newcomers there were.</summary>
    public int Accepted => _connections.Count;

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

    public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken)
    {
        _listener = await inner.ListenAsync(options, cancellationToken);
        return new Listener(this, _listener);
    }

    public async Task KillAsync()
    {
        await _listener!.DisposeAsync();
        foreach (IP2pTransportConnection connection in _connections)
            connection.Abort();
    }

    private sealed class Listener(KillableTransport owner, IP2pTransportListener inner) : IP2pTransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            IP2pTransportConnection? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
                owner._connections.Add(connection);
            return connection;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
