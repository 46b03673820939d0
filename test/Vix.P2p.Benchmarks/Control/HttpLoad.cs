using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>Keep-alive clients that do as little as a client can: one request in bytes, one answer read to its end.</summary>
internal sealed class HttpLoad : IDisposable
{
    private const int FirstBuffer = 64 * 1024;

    private readonly Socket[] _sockets;
    private readonly byte[][] _buffers;
    private readonly byte[] _request;

    private HttpLoad(string path, string headers, int clients)
    {
        _sockets = [.. Enumerable.Range(0, clients).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })];
        _buffers = [.. _sockets.Select(_ => new byte[FirstBuffer])];
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    }

    /// <summary>The length of the last answer, head and all.</summary>
    public int ResponseBytes { get; private set; }

    /// <param name="port">Where the server listens.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="clients">How many connections.</param>
    /// <param name="headers">More headers of each request, each with its end of line.</param>
    public static async Task<HttpLoad> ConnectAsync(int port, string path, int clients, string headers = "")
    {
        HttpLoad load = new(path, headers, clients);
        foreach (Socket socket in load._sockets)
            await socket.ConnectAsync(IPAddress.Loopback, port);
        return load;
    }

    public async Task GetAsync(int client)
    {
        await _sockets[client].SendAsync(_request);
        int length = 0;
        do
        {
            if (length == _buffers[client].Length)
                Array.Resize(ref _buffers[client], 2 * length);
            int received = await _sockets[client].ReceiveAsync(_buffers[client].AsMemory(length));
            if (received == 0)
                throw new InvalidOperationException("The server closed the connection.");
            length += received;
        }
        while (!IsWhole(_buffers[client].AsSpan(0, length)));

        ResponseBytes = length;
    }

    /// <summary>The ETag of the first client's last answer.</summary>
    public string ETag()
    {
        string head = Encoding.ASCII.GetString(_buffers[0].AsSpan(0, ResponseBytes));
        int start = head.IndexOf("\r\nETag: ", StringComparison.Ordinal) + "\r\nETag: ".Length;
        return head[start..head.IndexOf('\r', start)];
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    /// <summary>By Content-Length, or by the last chunk: JSON on one line never looks like one.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> response)
    {
        int end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        if (response.StartsWith("HTTP/1.1 304"u8))
            return response.Length == end + 4;
        if (!response.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(response[..end]));
        ReadOnlySpan<byte> head = response[..end];
        int field = head.IndexOf("\r\nContent-Length: "u8);
        if (field < 0)
            return response.EndsWith("\r\n0\r\n\r\n"u8);
        ReadOnlySpan<byte> value = head[(field + "\r\nContent-Length: "u8.Length)..];
        int lineEnd = value.IndexOf((byte)'\r');
        int length = int.Parse(lineEnd < 0 ? value : value[..lineEnd], System.Globalization.CultureInfo.InvariantCulture);
        return response.Length == end + 4 + length;
    }
}
