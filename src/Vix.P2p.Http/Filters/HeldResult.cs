using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Filters;

/// <summary>A result that holds its place until it is written.</summary>
internal sealed class HeldResult(IResult inner, HeavyLease lease) : IResult, INestedHttpResult
{
    public IResult Result => inner;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (lease)
            await inner.ExecuteAsync(httpContext);
    }
}
