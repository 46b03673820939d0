using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>
/// Readers of event streams that do as little as a reader can: raw sockets, whose bytes are counted and forgotten. The
/// first one counts messages too.
/// </summary>
internal sealed class EventReaders : IAsyncDisposable
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes($"GET {ControlHost.Node}{ControlHost.Events} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _reading = [];
    private long _bytes;
    private long _messages;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What the first reader got.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Opens so many, each of which has its first message then.</summary>
    public static async Task<EventReaders> OpenAsync(int port, int count)
    {
        EventReaders readers = new();
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            readers._sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Request);
            byte[] buffer = new byte[64 * 1024];
            int length = await socket.ReceiveAsync(buffer);
            if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, length));
            readers._reading.Add(readers.ReadAsync(socket, buffer, isFirst: i == 0));
        }

        return readers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
        await Task.WhenAll(_reading);
    }

    private async Task ReadAsync(Socket socket, byte[] buffer, bool isFirst)
    {
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var length)
            {
                Interlocked.Add(ref _bytes, length);
                // One that is cut in two by the end of a buffer is missed, which the rate may be.
                if (isFirst)
                    Interlocked.Add(ref _messages, buffer.AsSpan(0, length).Count("\nid: "u8));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has been closed.
        }
    }
}
