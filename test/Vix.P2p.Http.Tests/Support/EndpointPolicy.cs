using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Walks the endpoints of an app.</summary>
internal static class EndpointPolicy
{
    public static RouteEndpoint[] Endpoints(ControlApp app) =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>()];

    /// <summary>Its method, or a star for one that takes any, and its pattern.</summary>
    public static string Name(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Single() ?? "*"} {endpoint.RoutePattern.RawText!.TrimEnd('/')}";

    /// <summary>Those that neither the control plane nor the host says anything of: who may call, or that everyone may.</summary>
    public static IEnumerable<string> Unguarded(ControlApp app) => Endpoints(app).Where(endpoint => !IsGuarded(endpoint)).Select(Name);

    private static bool IsGuarded(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<AccessMetadata>() is not null
        || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null
        || endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is not null;
}
