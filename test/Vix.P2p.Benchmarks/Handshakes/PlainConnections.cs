using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>The same unit without any handshake: what TCP and the system take of it.</summary>
internal sealed class PlainConnections : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _accepting;

    public PlainConnections()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public async Task RunOnceAsync(int worker)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_listener.LocalEndPoint!);
        byte[] one = new byte[1];
        await socket.ReceiveAsync(one);
        socket.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(one);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (SocketException)
            {
                return; // the listener was disposed
            }

            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            byte[] one = [1];
            await socket.SendAsync(one);
            await socket.ReceiveAsync(one);
        }
    }
}
