using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>TCP over IPv4 and IPv6, by address or by name: <c>tcp://host:port</c>.</summary>
internal sealed class TcpTransport : IP2pTransport
{
    private readonly ArrayPool<byte> _pool;
    private readonly HandleReserve _reserve;

    public TcpTransport()
        : this(ArrayPool<byte>.Shared)
    {
    }

    internal TcpTransport(ArrayPool<byte> pool)
        : this(pool, HandleReserve.OfThisProcess())
    {
    }

    internal TcpTransport(ArrayPool<byte> pool, HandleReserve reserve)
    {
        _pool = pool;
        _reserve = reserve;
    }

    public string Scheme => "tcp";

    public async ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(endpoint.Host, out IPAddress? literal))
            return [ToEndPoint(literal, endpoint.Port)];
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new P2pTransportException(P2pReason.NameNotFound, $"{endpoint.Host} has no address: {SocketErrors.Describe(e.SocketErrorCode)}.", e);
        }

        if (addresses.Length == 0)
            throw new P2pTransportException(P2pReason.NameNotFound, $"{endpoint.Host} has no address.");
        return Array.ConvertAll(addresses, address => ToEndPoint(address, endpoint.Port));
    }

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        if (address is not IPEndPoint target)
            throw new ArgumentException($"An address of this transport is an {nameof(IPEndPoint)}.", nameof(address));
        Socket? socket = null;
        try
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _reserve.Guard(socket);
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            // Where nobody listens on a port of the ephemeral range, the system may pick that very port for us, and
            // TCP then connects the socket to itself (RFC 9293, section 3.5, simultaneous open).
            if (Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
                throw new SocketException((int)SocketError.ConnectionRefused);
            TcpConnection connection = new(socket, _pool);
            socket = null;
            return connection;
        }
        catch (SocketException e)
        {
            throw new P2pTransportException(SocketErrors.ToDialReason(e.SocketErrorCode), $"{target}: {SocketErrors.Describe(e.SocketErrorCode)}.", e);
        }
        finally
        {
            // A cancelled or failed dial leaves nothing half open.
            socket?.Dispose();
        }
    }

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<IP2pTransportListener>(new TcpListenerSocket(options, _pool, _reserve));
    }

    private static EndPoint ToEndPoint(IPAddress address, int port) => TcpAddress.Unmap(new IPEndPoint(address, port))!;
}
