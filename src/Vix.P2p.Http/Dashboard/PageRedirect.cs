using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Dashboard;

/// <summary>Sends the browser to the address of the page that ends with a slash.</summary>
internal sealed class PageRedirect(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = location;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return Task.CompletedTask;
    }
}
