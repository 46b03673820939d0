using System.Net;

namespace Vix.P2p.Cli.Control;

/// <summary>How a control plane is reached over the network.</summary>
internal static class DirectHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler Create(Uri address) => new()
    {
        // An answer that leads elsewhere is none of a control plane's, and the key must not go there.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        // A proxy of the environment does not know this machine's own addresses.
        UseProxy = !(address.IsLoopback || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip))),
    };
}
