using System.Net;
using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Filters;

/// <summary>Decides whether a request comes from this machine and is meant for it (docs/security.md, "Who may call").</summary>
internal static class LocalCaller
{
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP"];

    private static readonly string[] ForwardingPrefixes = ["X-Forwarded-", "X-Original-"];

    /// <summary>A loopback remote address or none (a Unix socket, an in-memory server), and no proxy that says so.</summary>
    public static bool IsFromThisMachine(HttpContext http)
    {
        IPAddress? remote = http.Connection.RemoteIpAddress;
        return (remote is null || HostAuthority.IsLoopbackAddress(remote)) && !IsForwarded(http.Request.Headers);
    }

    /// <summary>
    /// Whether the Host header names this machine. A page that a browser here has loaded from elsewhere and whose name
    /// was then pointed at this machine (DNS rebinding) still sends its own name.
    /// </summary>
    public static bool IsForThisMachine(HttpContext http, HashSet<string> allowedHosts) =>
        HostAuthority.TryParse(http.Request.Host.Value, out HostAuthority host)
        && (host.IsLoopback || allowedHosts.Contains(host.Host));

    private static bool IsForwarded(IHeaderDictionary headers)
    {
        foreach (string name in ForwardingHeaders)
        {
            if (headers.ContainsKey(name))
                return true;
        }

        foreach (string name in headers.Keys)
        {
            foreach (string prefix in ForwardingPrefixes)
            {
                if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
