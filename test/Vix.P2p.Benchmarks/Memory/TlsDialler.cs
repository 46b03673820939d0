using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Vix.P2p.Benchmarks.Handshakes;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>Client ends of SslStream.</summary>
internal sealed class TlsDialler : IIdleDialler
{
    private readonly TlsIdentity _identity = new();
    private readonly SslClientAuthenticationOptions _options;
    private readonly List<SslStream> _streams = [];

    public TlsDialler() => _options = _identity.Client(server: null);

    public async Task OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        lock (_streams)
            _streams.Add(stream);
        await stream.AuthenticateAsClientAsync(_options);
        await stream.ReadExactlyAsync(new byte[1]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SslStream stream in _streams)
            await stream.DisposeAsync();
        _identity.Dispose();
    }
}
