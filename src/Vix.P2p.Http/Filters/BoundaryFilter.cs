using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Logging;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// Whatever fails inside is logged here and answered without a word of the exception; and no answer from inside is
/// stored by the host.
/// </summary>
internal sealed class BoundaryFilter(ILogger logger) : IEndpointFilter
{
    private static readonly ControlError Failed =
        new(ErrorKind.InternalError, "The request could not be answered.", "The log of the host says why, under the same trace_id.");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        // The metadata of a route keeps an output cache away that stands after routing. One that stands before it sees
        // no route, and would give what it stored to callers whom nobody asks who they are.
        if (http.Features.Get<IOutputCacheFeature>() is { } cache)
            cache.Context.AllowCacheStorage = false;
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (!IsEndOfRequest(exception, http))
        {
            Log.RequestFailed(logger, http.Request.Method, http.GetEndpoint()?.DisplayName, ErrorReply.TraceId(http), exception);
            return ErrorReply.Create(http, Failed);
        }
    }

    // The caller has left, or the host's request timeout has passed: the server and the host know what to do.
    private static bool IsEndOfRequest(Exception exception, HttpContext http) =>
        exception is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested;
}
