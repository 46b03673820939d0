using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Control;

internal static partial class Log
{
    [LoggerMessage(7010, LogLevel.Warning, "The control routes under {Prefix} let in every caller on this machine, and a proxy on this machine that adds no forwarding header makes every caller look like one. Set {Section}:ApiKey, set {Section}:AllowLocal to false, or require authorization: app.MapP2pControl().RequireAuthorization().")]
    public static partial void LocalWayOpen(ILogger logger, string prefix, string section);
}
