using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>TCP that dials from an address of its own: 127/8 is full of them, so one machine can be many.</summary>
internal sealed class SourceTransport(IPAddress source) : IP2pTransport
{
    private readonly TcpTransport _inner = new();

    public string Scheme => _inner.Scheme;

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => _inner.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(address, cancellationToken);
        return new TcpConnection(socket, ArrayPool<byte>.Shared);
    }

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) => _inner.ListenAsync(options, cancellationToken);
}
