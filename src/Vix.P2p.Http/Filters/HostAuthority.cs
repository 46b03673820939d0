using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// The host and port of a Host header or an origin, read strictly: a name, an IPv4 address in dotted form or an IPv6
/// address in brackets and in its canonical form (RFC 5952), and nothing that a resolver could take for another.
/// </summary>
/// <param name="Host">In lower case and without brackets.</param>
/// <param name="Port">Null when there is none.</param>
internal readonly record struct HostAuthority(string Host, int? Port)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public static bool TryParse(ReadOnlySpan<char> text, out HostAuthority authority)
    {
        authority = default;
        ReadOnlySpan<char> host;
        ReadOnlySpan<char> rest;
        bool bracketed = text.StartsWith("[", StringComparison.Ordinal);
        if (bracketed)
        {
            int end = text.IndexOf(']');
            if (end < 0)
                return false;
            host = text[1..end];
            rest = text[(end + 1)..];
            if (!IsCanonicalIPv6(host))
                return false;
        }
        else
        {
            int colon = text.IndexOf(':');
            host = colon < 0 ? text : text[..colon];
            rest = colon < 0 ? default : text[colon..];
            if (host.IsEmpty || host.Length > PeerEndpoint.MaxHostLength || host.ContainsAnyExcept(NameCharacters))
                return false;
        }

        int? port = null;
        if (!rest.IsEmpty)
        {
            if (!TryPort(rest, out int number))
                return false;
            port = number;
        }

        authority = new HostAuthority(host.ToString().ToLowerInvariant(), port);
        return true;
    }

    /// <summary>Whether the host is localhost or a loopback address written canonically.</summary>
    public bool IsLoopback =>
        Host == "localhost"
        || (IPAddress.TryParse(Host, out IPAddress? address)
            && string.Equals(address.ToString(), Host, StringComparison.Ordinal)
            && IsLoopbackAddress(address));

    /// <summary>Whether an address is a loopback one, also as an IPv4 address inside an IPv6 one (::ffff:127.0.0.2).</summary>
    public static bool IsLoopbackAddress(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsCanonicalIPv6(ReadOnlySpan<char> text) =>
        !text.Contains('%')
        && IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
        && text.Equals(address.ToString(), StringComparison.OrdinalIgnoreCase);

    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text[0] == ':'
            && text.Length is >= 2 and <= 6
            && text[1] != '0'
            && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= 65535;
    }
}
