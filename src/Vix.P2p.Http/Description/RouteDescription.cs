using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Description;

/// <summary>What a family of endpoints says of its routes, beside what ASP.NET has words for.</summary>
internal static class RouteDescription
{
    /// <summary>Names the example of the request's body.</summary>
    public static RouteHandlerBuilder WithRequestExample(this RouteHandlerBuilder route, string name) =>
        route.WithMetadata(new BodyExample(name, Status: null, ContentType: null));

    /// <summary>Names the example of a response's body.</summary>
    /// <param name="route">The route, which declares that response.</param>
    /// <param name="name">The example's name in docs/control-api.md.</param>
    /// <param name="status">The response's status.</param>
    /// <param name="contentType">The one media type that it is for; null for each.</param>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, string name, int status = StatusCodes.Status200OK, string? contentType = null) =>
        route.WithMetadata(new BodyExample(name, status, contentType));

    /// <summary>Describes the query parameters that the route reads by itself.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, params QueryParameter[] parameters) =>
        route.WithMetadata([.. parameters]);

    /// <summary>Describes a header that the route reads by itself.</summary>
    public static RouteHandlerBuilder WithHeader(this RouteHandlerBuilder route, HeaderParameter header) => route.WithMetadata(header);
}
