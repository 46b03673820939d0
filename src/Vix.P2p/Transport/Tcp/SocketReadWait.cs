using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// Waits until a socket has bytes, its end or an error, by a receive of zero bytes: no buffer belongs to the system
/// while a connection is silent.
/// </summary>
internal sealed class SocketReadWait : SocketWait
{
    public SocketReadWait(Socket socket)
        : base(socket) => SetBuffer(Memory<byte>.Empty);

    protected override bool Start() => Socket.ReceiveAsync(this);
}
