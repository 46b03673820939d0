using System.Net.Security;
using System.Net.Sockets;
using Vix.P2p.Benchmarks.Handshakes;

namespace Vix.P2p.Benchmarks.Links;

/// <summary>Both ends of a connection that is a stream.</summary>
internal sealed record StreamLink(Stream Client, Stream Server) : IAsyncDisposable
{
    public static async Task<StreamLink> PlainAsync()
    {
        (Socket client, Socket server) = await Loopback.ConnectAsync();
        return new StreamLink(new NetworkStream(client, ownsSocket: true), new NetworkStream(server, ownsSocket: true));
    }

    public static async Task<StreamLink> TlsAsync()
    {
        (Socket client, Socket server) = await Loopback.ConnectAsync();
        using TlsIdentity clientIdentity = new();
        using TlsIdentity serverIdentity = new();
        var clientStream = new SslStream(new NetworkStream(client, ownsSocket: true));
        var serverStream = new SslStream(new NetworkStream(server, ownsSocket: true));
        await Task.WhenAll(
            clientStream.AuthenticateAsClientAsync(clientIdentity.Client(serverIdentity)),
            serverStream.AuthenticateAsServerAsync(serverIdentity.Server(clientIdentity)));
        return new StreamLink(clientStream, serverStream);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
