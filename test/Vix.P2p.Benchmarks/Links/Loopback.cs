using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Benchmarks.Links;

/// <summary>Two sockets that are connected to each other.</summary>
internal static class Loopback
{
    public static async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Blocking calls, so that a user who never waits asynchronously has sockets that really block.
        client.Connect(listener.LocalEndPoint!);
        Socket server = await Task.Run(listener.Accept);
        server.NoDelay = true;
        return (client, server);
    }
}
