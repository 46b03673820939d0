using System.Net;

namespace Vix.P2p.Transport.Tcp;

/// <summary>Addresses as policy and people know them.</summary>
internal static class TcpAddress
{
    /// <summary>An IPv4 peer of a dual-stack socket is an IPv4 peer: ::ffff:192.0.2.1 must not be a second name for it.</summary>
    public static EndPoint? Unmap(EndPoint? endPoint) =>
        endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
            ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
            : endPoint;
}
