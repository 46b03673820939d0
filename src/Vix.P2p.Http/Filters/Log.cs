using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Filters;

internal static partial class Log
{
    /// <summary>The category of the control plane's lines.</summary>
    public const string Category = "Vix.P2p.Http";

    [LoggerMessage(7000, LogLevel.Error, "{Endpoint} asks for authorization, but the authorization middleware did not run for it; the request was refused. Call app.UseAuthorization() after app.UseRouting().")]
    public static partial void AuthorizationMissing(ILogger logger, string? endpoint);

    [LoggerMessage(7001, LogLevel.Error, "{Method} {Endpoint} failed, trace_id {TraceId}")]
    public static partial void RequestFailed(ILogger logger, string method, string? endpoint, string traceId, Exception exception);
}
