using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Admission;

/// <summary>
/// What one stranger can be assumed to own: an IPv4 address, or a prefix of IPv6. An IPv4 address inside IPv6 counts
/// as the IPv4 address it is.
/// </summary>
internal readonly record struct AddressPrefix(ulong Bits, byte Length, bool IsV4)
{
    public static AddressPrefix V4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return new AddressPrefix(BinaryPrimitives.ReadUInt32BigEndian(bytes), 32, IsV4: true);
    }

    public static AddressPrefix V6(IPAddress address, byte length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        ulong upper = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return new AddressPrefix(upper & ~(ulong.MaxValue >> length), length, IsV4: false);
    }

    /// <summary>The prefix that rates and pending handshakes are counted by.</summary>
    public static AddressPrefix Of(IPAddress address)
    {
        IPAddress plain = Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetwork ? V4(plain) : V6(plain, 56);
    }

    /// <summary>The address itself, or the IPv4 address mapped into it.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
