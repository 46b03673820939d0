using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Vix.P2p.Benchmarks.Handshakes;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>Server ends of SslStream, each with a pending read.</summary>
internal sealed class TlsHub : IIdleHub
{
    private const int ReadBytes = 4096;

    private readonly TlsIdentity _identity = new();
    private readonly SslServerAuthenticationOptions _options;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<SslStream> _streams = [];
    private Task _accepting = Task.CompletedTask;
    private int _connected;

    // The other process has a certificate of its own, which this one takes as it comes.
    public TlsHub() => _options = _identity.Server(client: null);

    public int Connected => Volatile.Read(ref _connected);

    public TimeSpan Settle => TimeSpan.FromSeconds(1);

    public Task<int> StartAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
        return Task.FromResult(((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (SslStream stream in _streams)
            await stream.DisposeAsync();
        _identity.Dispose();
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

            // Whatever fails shows in the number of connections.
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        lock (_streams)
            _streams.Add(stream);
        await stream.AuthenticateAsServerAsync(_options);
        await stream.WriteAsync(new byte[1]);
        Interlocked.Increment(ref _connected);
        _ = await stream.ReadAsync(new byte[ReadBytes]);
    }
}
