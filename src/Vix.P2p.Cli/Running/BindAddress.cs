using System.Globalization;
using System.Net;

namespace Vix.P2p.Cli.Running;

/// <summary>Where to listen: a port, or an address with a port.</summary>
/// <param name="Address">The address; null where only a port was given.</param>
/// <param name="Port">0 for one that the system picks.</param>
internal sealed record BindAddress(IPAddress? Address, int Port)
{
    public const string Form = "a port (0: any that is free), ADDRESS:PORT or [IPV6]:PORT";

    private const int Nowhere = -1;

    /// <summary>Not to listen at all.</summary>
    public static BindAddress None { get; } = new(null, Nowhere);

    public bool IsNone => Port == Nowhere;

    public static bool TryParse(string text, out BindAddress read)
    {
        read = new BindAddress(null, 0);
        if (TryPort(text, out int port))
        {
            read = new BindAddress(null, port);
            return true;
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !TryPort(text[(colon + 1)..], out port))
            return false;
        string host = text[..colon];
        bool bracketed = host is ['[', .., ']'];
        if (host == "localhost")
            host = "127.0.0.1";
        // Without brackets the last part of an IPv6 address would be taken for the port.
        if ((!bracketed && host.Contains(':', StringComparison.Ordinal)) || !IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? address))
            return false;
        read = new BindAddress(address, port);
        return true;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
