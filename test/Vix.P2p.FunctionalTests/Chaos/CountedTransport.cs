using System.IO.Pipelines;
using System.Net;
using Vix.P2p.FunctionalTests.Security;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>TCP that knows how many connections its node holds, and how much memory they have out.</summary>
internal sealed class CountedTransport : IP2pTransport
{
    private readonly TcpTransport _tcp;
    private int _open;

    public CountedTransport() => _tcp = new TcpTransport(Pool);

    public string Scheme => "tcp";

    public BlockPool Pool { get; } = new();

    /// <summary>Connections that the node has not disposed of.</summary>
    public int Open => Volatile.Read(ref _open);

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        _tcp.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) =>
        new Connection(this, await _tcp.DialAsync(address, cancellationToken));

    public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        new Listener(this, await _tcp.ListenAsync(options, cancellationToken));

    private sealed class Listener(CountedTransport transport, IP2pTransportListener inner) : IP2pTransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is { } accepted ? new Connection(transport, accepted) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Connection : IP2pTransportConnection
    {
        private readonly CountedTransport _transport;
        private readonly IP2pTransportConnection _inner;
        private int _disposed;

        public Connection(CountedTransport transport, IP2pTransportConnection inner)
        {
            _transport = transport;
            _inner = inner;
            Interlocked.Increment(ref transport._open);
        }

        public PipeReader Input => _inner.Input;

        public PipeWriter Output => _inner.Output;

        public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

        public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

        public void Abort() => _inner.Abort();

        public async ValueTask DisposeAsync()
        {
            await _inner.DisposeAsync();
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                Interlocked.Decrement(ref _transport._open);
        }
    }
}
