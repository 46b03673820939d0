using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Admission;

/// <summary>
/// Which addresses this node dials. Checked on the address that is dialled, not on the name it came from, so that a
/// name cannot point inside; an IPv4 address inside IPv6 (mapped, NAT64 of RFC 6052 and 8215, 6to4) is judged as what
/// it is.
/// </summary>
internal static class EgressPolicy
{
    public static bool Allows(IPAddress address, P2pDialPolicy policy)
    {
        IPAddress plain = Unwrap(address);
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? AllowsV4(plain, policy)
            : AllowsV6(plain, policy);
    }

    private static ReadOnlySpan<byte> LocalNat64 => [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01];

    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        ReadOnlySpan<byte> nat64 = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
        // ::a.b.c.d (RFC 4291, 2.5.5.1) is deprecated and still understood by some stacks; :: and ::1 are their own.
        bool compatible = bytes[..12].IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) > 1;
        // 64:ff9b:1::/48 is the same for one's own network (RFC 8215); 6to4 has the address behind 2002: (RFC 3056).
        if (compatible || bytes[..12].SequenceEqual(nat64) || bytes.StartsWith(LocalNat64))
            return new IPAddress(bytes[12..]);
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes[2..6]) : address;
    }

    private static bool AllowsV4(IPAddress address, P2pDialPolicy policy)
    {
        Span<byte> b = stackalloc byte[4];
        address.TryWriteBytes(b, out _);
        return b[0] switch
        {
            0 => false,                                             // this network (RFC 1122), the unspecified address in it
            127 => policy.AllowLoopback,
            169 when b[1] == 254 => false,                          // link-local (RFC 3927), cloud metadata in it
            >= 224 => false,                                        // multicast, reserved, broadcast
            10 => policy.AllowPrivate,
            172 when b[1] is >= 16 and < 32 => policy.AllowPrivate,
            192 when b[1] == 168 => policy.AllowPrivate,
            100 when b[1] is >= 64 and < 128 => policy.AllowPrivate, // carrier-grade NAT (RFC 6598)
            _ => true,
        };
    }

    private static bool AllowsV6(IPAddress address, P2pDialPolicy policy)
    {
        if (IPAddress.IsLoopback(address))
            return policy.AllowLoopback;
        if (address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.ScopeId != 0)
            return false;
        // fc00::/7 (RFC 4193) and the deprecated site-local fec0::/10 (RFC 3879)
        return (!address.IsIPv6UniqueLocal && !address.IsIPv6SiteLocal) || policy.AllowPrivate;
    }
}
