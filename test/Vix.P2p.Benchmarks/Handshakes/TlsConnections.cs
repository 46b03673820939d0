using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>The same unit with SslStream.</summary>
internal sealed class TlsConnections : IAsyncDisposable
{
    private readonly TlsIdentity _server = new();
    private readonly TlsIdentity _client = new();
    private readonly SslServerAuthenticationOptions _serverOptions;
    private readonly SslClientAuthenticationOptions _clientOptions;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _accepting;

    public TlsConnections()
    {
        _serverOptions = _server.Server(_client);
        _clientOptions = _client.Client(_server);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public async Task RunOnceAsync(int worker)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_listener.LocalEndPoint!);
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(_clientOptions);
        byte[] one = new byte[1];
        // In TLS 1.3 the client is through before the server has seen its certificate: this byte says that it is accepted.
        await stream.ReadExactlyAsync(one);
        await stream.ShutdownAsync();
        if (await stream.ReadAsync(one) != 0)
            throw new InvalidOperationException("The server sent more than it should.");
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        _server.Dispose();
        _client.Dispose();
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

            // A failure shows at the client's end of the same connection, which throws.
            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(_serverOptions);
        byte[] one = [1];
        await stream.WriteAsync(one);
        if (await stream.ReadAsync(one) == 0)
            await stream.ShutdownAsync();
    }
}
