using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Benchmarks.Handshakes;
using Vix.P2p.Benchmarks.Links;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>A node, an SslStream server and a raw one that send back what comes; each for one client.</summary>
internal sealed class EchoHost : IAsyncDisposable
{
    public const string Protocol = "echo/1";

    private readonly Socket _tls = Listen();
    private readonly Socket _plain = Listen();
    private readonly TlsIdentity _identity = new();
    private readonly P2pNode _node = P2pNode.Create(
        new P2pNodeOptions { NodeId = "echo", ListenAddress = "127.0.0.1", ListenOnAnyPort = true },
        builder => builder.AddProtocol(Protocol, protocol => protocol
            .OnRequest(request => request.ReplyAsync(request.Payload))
            .OnStream(context => new ValueTask(Echo.ServeAsync(context.Stream)))));

    private Task _serving = Task.CompletedTask;

    private EchoHost()
    {
    }

    /// <summary>Where the three of them listen.</summary>
    public EchoPorts Ports { get; private set; }

    public static async Task<EchoHost> StartAsync()
    {
        EchoHost host = new();
        await host._node.StartAsync();
        int node = new Uri(host._node.GetStatus().Listen[0]).Port;
        host.Ports = new EchoPorts(node, ((IPEndPoint)host._tls.LocalEndPoint!).Port, ((IPEndPoint)host._plain.LocalEndPoint!).Port);
        host._serving = Task.WhenAll(host.ServeTlsAsync(), host.ServePlainAsync());
        return host;
    }

    /// <summary>Ends once the clients have gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _serving;
        await _node.DisposeAsync();
        _identity.Dispose();
    }

    private async Task ServeTlsAsync()
    {
        await using var stream = new SslStream(await AcceptAsync(_tls));
        await stream.AuthenticateAsServerAsync(_identity.Server(client: null));
        await Echo.ServeAsync(stream);
    }

    private async Task ServePlainAsync()
    {
        await using NetworkStream stream = await AcceptAsync(_plain);
        await Echo.ServeAsync(stream);
    }

    private static async Task<NetworkStream> AcceptAsync(Socket listener)
    {
        using (listener)
        {
            Socket socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }
}
