using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>A connected socket as a duplex pipe.</summary>
internal sealed class TcpConnection : IP2pTransportConnection
{
    // Closing with a linger time of zero sends a reset and keeps no TIME_WAIT.
    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    private readonly Socket _socket;
    private readonly SocketPipeReader _reader;
    private readonly SocketPipeWriter _writer;
    private int _closed;

    /// <summary>Takes over a connected socket.</summary>
    /// <exception cref="SocketException">The socket has failed already; it stays the caller's.</exception>
    public TcpConnection(Socket socket, ArrayPool<byte> pool)
    {
        socket.NoDelay = true;
        // The reader's receives return at once with what there is; waiting is a matter of the zero-byte receive.
        socket.Blocking = false;
        LocalEndPoint = TcpAddress.Unmap(socket.LocalEndPoint);
        RemoteEndPoint = TcpAddress.Unmap(socket.RemoteEndPoint);
        _socket = socket;
        _reader = new SocketPipeReader(socket, pool);
        _writer = new SocketPipeWriter(socket, pool);
    }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    public void Abort() => Close(reset: true);

    public ValueTask DisposeAsync()
    {
        Close(reset: false);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes a socket by a reset.</summary>
    public static void Drop(Socket socket)
    {
        try
        {
            socket.LingerState = Reset;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }

        socket.Dispose();
    }

    private void Close(bool reset)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        // Before the socket fails: the reader tells an end of our own making from a failure by it.
        _reader.Close();
        if (reset)
            Drop(_socket);
        else
            _socket.Dispose();
        _reader.Dispose();
        _writer.Dispose();
    }
}
