using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Filters;

/// <summary>Applies "who may call". It runs before a body is read.</summary>
internal sealed class ProtectedFilter(CallerCheck check) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        ControlError? error = check.Check(http);
        if (error is null)
            return next(context);
        if (ReferenceEquals(error.Kind, ErrorKind.Unauthorized))
            http.Response.Headers.WWWAuthenticate = "Bearer";
        return new ValueTask<object?>(ErrorReply.Create(http, error));
    }
}
