using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p;

/// <summary>
/// Where a peer can be dialled: scheme, host and port, written <c>tcp://host:port</c> (IPv6 in brackets). Two
/// endpoints are equal when their canonical texts are: names in lower case, addresses in their shortest form.
/// </summary>
public sealed record PeerEndpoint
{
    /// <summary>The longest host, in characters (RFC 1035, section 2.3.4): 253.</summary>
    public const int MaxHostLength = 253;

    private const int MaxSchemeLength = 16;

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private readonly string _text;

    private PeerEndpoint(string scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        string authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        _text = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{authority}:{port}");
    }

    /// <summary>The transport's scheme, such as <c>tcp</c>, in lower case.</summary>
    public string Scheme { get; }

    /// <summary>A name or an address, without brackets, at most 253 characters.</summary>
    public string Host { get; }

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Makes an endpoint of its parts.</summary>
    /// <param name="host">A DNS name in ASCII, an IPv4 address in dotted form or an IPv6 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="scheme">The transport's scheme.</param>
    /// <exception cref="FormatException">A part is out of its range; the message says which.</exception>
    public static PeerEndpoint Create(string host, int port, string scheme = "tcp") =>
        TryCreate(scheme, host, port, out PeerEndpoint? endpoint, out string? error)
            ? endpoint
            : throw new FormatException(error);

    /// <summary>Makes an endpoint of its parts; false, with the part that is wrong, where it cannot be one.</summary>
    /// <param name="scheme">The transport's scheme.</param>
    /// <param name="host">A DNS name in ASCII, an IPv4 address in dotted form or an IPv6 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="error">What is wrong, in a sentence that repeats nothing of the input.</param>
    public static bool TryCreate(
        string? scheme,
        string? host,
        int port,
        [NotNullWhen(true)] out PeerEndpoint? endpoint,
        [NotNullWhen(false)] out string? error)
    {
        endpoint = null;
        if (!IsScheme(scheme))
            error = $"A scheme is 1 to {MaxSchemeLength} lower-case letters and digits, such as tcp.";
        else if (!TryCanonicalHost(host, out string? canonical))
            error = $"A host is a DNS name in ASCII, an IPv4 address such as 192.0.2.1 or an IPv6 address, of at most {MaxHostLength} characters and without a port.";
        else if (port is < 1 or > 65535)
            error = "A port is a number from 1 to 65535.";
        else
        {
            endpoint = new PeerEndpoint(scheme!, canonical, port);
            error = null;
            return true;
        }

        return false;
    }

    /// <summary>Reads <c>scheme://host:port</c>.</summary>
    /// <param name="text">The text to read.</param>
    /// <exception cref="FormatException"><paramref name="text"/> is not an endpoint.</exception>
    public static PeerEndpoint Parse(string text) =>
        TryParse(text, out PeerEndpoint? endpoint)
            ? endpoint
            : throw new FormatException("An endpoint is written scheme://host:port, such as tcp://192.0.2.1:9001 or tcp://[2001:db8::1]:9001.");

    /// <summary>Reads <c>scheme://host:port</c>; false for any other text.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="endpoint">The endpoint that was read.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerEndpoint? endpoint)
    {
        endpoint = null;
        int schemeEnd = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (schemeEnd < 0)
            return false;
        string rest = text![(schemeEnd + 3)..];
        int portStart = rest.LastIndexOf(':');
        if (portStart < 1
            || !int.TryParse(rest.AsSpan(portStart + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return false;
        string host = rest[..portStart];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed)
            host = host[1..^1];
        // An IPv6 address needs its brackets here: without them the last group could be the port.
        return bracketed == host.Contains(':', StringComparison.Ordinal)
            && TryCreate(text[..schemeEnd], host, port, out endpoint, out _);
    }

    /// <summary>The endpoint as <c>scheme://host:port</c>.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(PeerEndpoint? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private static bool IsScheme(string? scheme) =>
        scheme is { Length: > 0 and <= MaxSchemeLength }
        && !scheme.AsSpan().ContainsAnyExcept(SchemeCharacters);

    private static bool TryCanonicalHost(string? host, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (host is not { Length: > 0 and <= MaxHostLength })
            return false;
        if (host.Contains(':', StringComparison.Ordinal))
        {
            // A zone (fe80::1%eth0) names an interface of this machine only; link-local is never dialled.
            if (host.Contains('%', StringComparison.Ordinal)
                || host.Contains('[', StringComparison.Ordinal)
                || !IPAddress.TryParse(host, out IPAddress? v6)
                || v6.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            canonical = v6.ToString();
            return true;
        }

        string[] labels = host.Split('.');
        // What ends in a number is an address or nothing (WHATWG URL, host parsing): 2130706433, 0x7f.1 and 127.1
        // would otherwise reach the resolver and mean 127.0.0.1 there.
        if (EndsInNumber(labels))
        {
            if (!IPAddress.TryParse(host, out IPAddress? v4) || !string.Equals(v4.ToString(), host, StringComparison.Ordinal))
                return false;
            canonical = host;
            return true;
        }

        if (labels[^1].Length == 0 && labels.Length > 1)
            labels = labels[..^1]; // "example.org." is the same name, fully qualified
        foreach (string label in labels)
        {
            if (label.Length is 0 or > 63 || label.StartsWith('-') || label.EndsWith('-'))
                return false;
            foreach (char c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                    return false;
            }
        }

        canonical = string.Join('.', labels).ToLowerInvariant();
        return true;
    }

    private static bool EndsInNumber(string[] labels)
    {
        string last = labels[^1].Length == 0 && labels.Length > 1 ? labels[^2] : labels[^1];
        if (last.Length == 0)
            return false;
        bool digits = !last.AsSpan().ContainsAnyExceptInRange('0', '9');
        return digits || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }
}
