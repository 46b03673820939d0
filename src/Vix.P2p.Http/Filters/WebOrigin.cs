using System.Globalization;

namespace Vix.P2p.Http.Filters;

/// <summary>An http or https origin in the form browsers send (RFC 6454, section 6.2).</summary>
/// <param name="Secure">Whether the scheme is https.</param>
/// <param name="Host">In lower case and without brackets.</param>
/// <param name="Port">The port, the scheme's own when none was written.</param>
internal readonly record struct WebOrigin(bool Secure, string Host, int Port)
{
    private const string Http = "http://";
    private const string Https = "https://";

    public static bool TryParse(string? text, out WebOrigin origin)
    {
        origin = default;
        if (text is null)
            return false;
        bool secure = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        if (!secure && !text.StartsWith(Http, StringComparison.OrdinalIgnoreCase))
            return false;
        if (!HostAuthority.TryParse(text.AsSpan(secure ? Https.Length : Http.Length), out HostAuthority authority))
            return false;
        origin = new WebOrigin(secure, authority.Host, authority.Port ?? DefaultPort(secure));
        return true;
    }

    /// <summary>
    /// Whether a page of this origin and a request with that Host header are of one site. TLS may end before this
    /// server, so an https page may come with an http request; never the other way round.
    /// </summary>
    public bool Matches(HostAuthority host, bool requestIsSecure) =>
        (Secure || !requestIsSecure)
        && string.Equals(Host, host.Host, StringComparison.Ordinal)
        && Port == (host.Port ?? DefaultPort(Secure));

    public override string ToString()
    {
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        string scheme = Secure ? Https : Http;
        return Port == DefaultPort(Secure) ? scheme + host : string.Create(CultureInfo.InvariantCulture, $"{scheme}{host}:{Port}");
    }

    private static int DefaultPort(bool secure) => secure ? 443 : 80;
}
