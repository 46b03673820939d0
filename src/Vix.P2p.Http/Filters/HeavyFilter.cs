using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Filters;

/// <summary>Lets as many requests run at once as the gate has places, and answers 429 beyond.</summary>
internal sealed class HeavyFilter(HeavyGate gate, string section) : IEndpointFilter
{
    private const string HeaderName = "X-Vix-Route-Heavy";

    private readonly ControlError _rateLimited = new(
        ErrorKind.RateLimited,
        "As many heavy requests run as may run at once.",
        $"Ask again in a second, or raise {section}:HeavyConcurrency.");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        http.Response.Headers[HeaderName] = "1";
        HeavyLease? lease = gate.TryEnter();
        if (lease is null)
        {
            http.Response.Headers.RetryAfter = "1";
            return ErrorReply.Create(http, _rateLimited);
        }

        // A result runs after the filters, so it takes the place along. Where there is no result to wrap, or another
        // filter drops it, the end of the request gives the place back.
        http.Response.RegisterForDispose(lease);
        http.Features.Set(lease);
        try
        {
            object? value = await next(context);
            return value is IResult result ? new HeldResult(result, lease) : value;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
