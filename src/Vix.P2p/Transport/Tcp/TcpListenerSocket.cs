using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>A listening socket that asks who is let in before it makes anything of a newcomer.</summary>
internal sealed class TcpListenerSocket : IP2pTransportListener
{
    // Room for a burst while the accept loop is at work; the system caps it by its own limit.
    private const int Backlog = 512;

    private readonly Socket _socket;
    private readonly ArrayPool<byte> _pool;
    private readonly HandleReserve _reserve;
    private readonly Func<EndPoint?, bool> _admit;
    private volatile bool _disposed;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="P2pTransportException">The address is none, or cannot be bound.</exception>
    public TcpListenerSocket(P2pListenOptions options, ArrayPool<byte> pool, HandleReserve reserve)
    {
        _pool = pool;
        _reserve = reserve;
        _admit = options.Admit;
        _socket = options.Address is null ? ListenOnAll(options.Port) : Listen(Parse(options.Address), options.Port);
        LocalEndPoint = _socket.LocalEndPoint!;
    }

    public EndPoint LocalEndPoint { get; }

    public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception ended) when (_disposed && ended is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e)
            {
                throw new P2pTransportException(
                    SocketErrors.ToAcceptReason(e.SocketErrorCode), $"An accept on {LocalEndPoint} failed: {SocketErrors.Describe(e.SocketErrorCode)}.", e);
            }

            if (TryAdmit(accepted) is { } connection)
                return connection;
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private TcpConnection? TryAdmit(Socket accepted)
    {
        try
        {
            _reserve.Guard(accepted);
            if (_admit(TcpAddress.Unmap(accepted.RemoteEndPoint)))
                return new TcpConnection(accepted, _pool);
        }
        catch (SocketException)
        {
            // It is gone before it was let in: the newcomer's end, and no failure of the accept.
        }
        catch (P2pTransportException)
        {
            TcpConnection.Drop(accepted);
            throw;
        }

        TcpConnection.Drop(accepted);
        return null;
    }

    private static IPAddress Parse(string address) => IPAddress.TryParse(address, out IPAddress? parsed)
        ? parsed
        : throw new P2pTransportException(
            P2pReason.TransportFailed, $"Cannot listen on {address}: it is no IPv4 or IPv6 address.");

    // One dual-stack socket takes IPv4 and IPv6; a system without IPv6 has IPv4 only.
    private static Socket ListenOnAll(int port)
    {
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                return Listen(IPAddress.IPv6Any, port);
            }
            catch (P2pTransportException e) when (e.InnerException is SocketException
            {
                SocketErrorCode: SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable
                    or SocketError.ProtocolNotSupported or SocketError.OperationNotSupported,
            })
            {
                // Compiled in and switched off.
            }
        }

        return Listen(IPAddress.Any, port);
    }

    private static Socket Listen(IPAddress address, int port)
    {
        IPEndPoint endPoint = new(address, port);
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            // Windows would let a second process bind the same port; elsewhere that takes SO_REUSEPORT, which is never set.
            if (OperatingSystem.IsWindows())
                socket.ExclusiveAddressUse = true;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            string cause = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "the port is in use" : SocketErrors.Describe(e.SocketErrorCode);
            throw new P2pTransportException(P2pReason.TransportFailed, $"Cannot listen on {endPoint}: {cause}.", e);
        }
    }
}
