using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// Decides what a page in a browser may do. Other programs send neither Sec-Fetch-Site nor Origin and pass.
/// </summary>
internal static class PageOrigin
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <summary>Whether a request that changes something was made by a page that may make it.</summary>
    public static bool MayChange(HttpRequest request, HashSet<string> allowedOrigins)
    {
        if (!request.Headers.TryGetValue(SecFetchSite, out StringValues site))
            return HasOwnOrAllowedOrigin(request, allowedOrigins);
        // The browser's own verdict, where it gives one, cannot be set by a page. What it calls foreign may still be a
        // page that the settings name.
        return site.Count == 1 && site[0] switch
        {
            "same-origin" or "none" => true,
            "same-site" or "cross-site" =>
                request.Headers.TryGetValue("Origin", out StringValues origins)
                && TryOne(origins, out WebOrigin origin)
                && allowedOrigins.Contains(origin.ToString()),
            _ => false,
        };
    }

    /// <summary>
    /// Whether the answer may come into the hands of the page that asks. A browser gives a page of another origin what
    /// it reads where the host's CORS policy says so, and then it sends Origin along; a link or an image sends none,
    /// and hands its page nothing.
    /// </summary>
    public static bool MayRead(HttpRequest request, HashSet<string> allowedOrigins) =>
        HasOwnOrAllowedOrigin(request, allowedOrigins)
        || (request.Headers.TryGetValue(SecFetchSite, out StringValues site) && site.Count == 1 && site[0] is "same-origin" or "none");

    /// <summary>Whether a method is one that changes nothing (RFC 9110, section 9.2.1).</summary>
    public static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private static bool HasOwnOrAllowedOrigin(HttpRequest request, HashSet<string> allowedOrigins)
    {
        if (!request.Headers.TryGetValue("Origin", out StringValues origins))
            return true;
        return TryOne(origins, out WebOrigin origin)
            && (allowedOrigins.Contains(origin.ToString())
                || (HostAuthority.TryParse(request.Host.Value, out HostAuthority host) && origin.Matches(host, request.IsHttps)));
    }

    private static bool TryOne(StringValues origins, out WebOrigin origin)
    {
        origin = default;
        return origins.Count == 1 && WebOrigin.TryParse(origins[0], out origin);
    }
}
