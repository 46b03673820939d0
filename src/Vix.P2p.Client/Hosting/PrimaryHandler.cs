using System.Net.Sockets;

namespace Vix.P2p.Client.Hosting;

/// <summary>Makes the handler that sends.</summary>
internal static class PrimaryHandler
{
    // A name is looked up anew for as long as a process lives, and a dead host is told from a slow one.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler Create(P2pControlClientOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            // The routes redirect nowhere: a redirect is a login page or a wrong address, and the key follows neither.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectTimeout = ConnectTimeout,
        };
        if (options.UnixSocketPath is not { } path)
            return handler;
        handler.UseProxy = false;
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return handler;
    }
}
