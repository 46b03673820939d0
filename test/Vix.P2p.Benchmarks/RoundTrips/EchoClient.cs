using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Vix.P2p.Benchmarks.Handshakes;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>The clients of an <see cref="EchoHost"/>; each call goes there and back once, and checks what came back.</summary>
internal sealed class EchoClient : IAsyncDisposable
{
    private const int Bytes = 32;

    private readonly P2pNode _node = P2pNode.Create(new P2pNodeOptions { NodeId = "client" });
    private readonly TlsIdentity _identity = new();
    private readonly byte[] _sent = new byte[Bytes];
    private readonly byte[] _received = new byte[Bytes];
    private readonly ArrayBufferWriter<byte> _response = new(Bytes);
    private PeerId _peer;
    private P2pStream _stream = null!;
    private SslStream _tls = null!;
    private NetworkStream _plain = null!;

    private EchoClient()
    {
    }

    public static async Task<EchoClient> ConnectAsync(EchoPorts ports)
    {
        EchoClient client = new();
        await client._node.StartAsync();
        PeerInfo peer = await client._node.ConnectAsync(PeerEndpoint.Parse($"tcp://127.0.0.1:{ports.Node}"));
        client._peer = peer.Id!.Value;
        client._stream = await client._node.OpenStreamAsync(client._peer, EchoHost.Protocol);
        client._plain = await DialAsync(ports.Plain);
        client._tls = new SslStream(await DialAsync(ports.Tls));
        await client._tls.AuthenticateAsClientAsync(client._identity.Client(server: null));
        return client;
    }

    // Pooled, so that what is allocated is not the benchmark's own.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RequestAsync()
    {
        _sent[0]++;
        ReadOnlyMemory<byte> response = await _node.RequestAsync(_peer, EchoHost.Protocol, _sent);
        Check(response.Span);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RequestIntoBufferAsync()
    {
        _sent[0]++;
        _response.ResetWrittenCount();
        await _node.RequestAsync(_peer, EchoHost.Protocol, _sent, _response);
        Check(_response.WrittenSpan);
    }

    public ValueTask StreamAsync() => PingAsync(_stream);

    public ValueTask TlsAsync() => PingAsync(_tls);

    public ValueTask PlainAsync() => PingAsync(_plain);

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _tls.DisposeAsync();
        await _stream.DisposeAsync();
        await _node.DisposeAsync();
        _identity.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PingAsync(Stream stream)
    {
        _sent[0]++;
        await stream.WriteAsync(_sent);
        int length = 0;
        while (length < Bytes)
        {
            int read = await stream.ReadAsync(_received.AsMemory(length));
            if (read == 0)
                throw new InvalidOperationException("The other end closed.");
            length += read;
        }

        Check(_received);
    }

    private void Check(ReadOnlySpan<byte> received)
    {
        if (!received.SequenceEqual(_sent))
            throw new InvalidOperationException("Another answer came than what was sent.");
    }

    private static async Task<NetworkStream> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
