using System.Net;

namespace Vix.P2p.Transport;

/// <summary>Addresses as they are shown: <c>scheme://address:port</c>.</summary>
internal static class EndpointText
{
    public static string Of(EndPoint? endpoint, string scheme) => endpoint switch
    {
        null => "",
        IPEndPoint ip => $"{scheme}://{ip}",
        DnsEndPoint dns => $"{scheme}://{dns.Host}:{dns.Port}",
        _ => $"{scheme}://{endpoint}",
    };
}
