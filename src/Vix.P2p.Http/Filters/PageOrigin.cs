using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// Decides whether a request that changes something was made by a page that may make it. Other programs send neither
/// header and pass.
/// </summary>
internal static class PageOrigin
{
    public static bool MayChange(HttpRequest request, HashSet<string> allowedOrigins)
    {
        // The browser's own verdict, where it gives one, cannot be set by a page.
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out StringValues site))
            return site.Count == 1 && site[0] is "same-origin" or "none";
        if (!request.Headers.TryGetValue("Origin", out StringValues origins))
            return true;
        return origins.Count == 1
            && WebOrigin.TryParse(origins[0], out WebOrigin origin)
            && (allowedOrigins.Contains(origin.ToString())
                || (HostAuthority.TryParse(request.Host.Value, out HostAuthority host) && origin.Matches(host, request.IsHttps)));
    }

    /// <summary>Whether a method is one that changes nothing (RFC 9110, section 9.2.1).</summary>
    public static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
