using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>Sends <see cref="Bytes"/>, and waits until the system has them.</summary>
internal sealed class SocketSend(Socket socket) : SocketWait(socket)
{
    /// <summary>What the next operation sends; not to be touched until it has ended.</summary>
    public Memory<byte> Bytes { get; set; }

    protected override bool Start()
    {
        SetBuffer(Bytes);
        return Socket.SendAsync(this);
    }
}
