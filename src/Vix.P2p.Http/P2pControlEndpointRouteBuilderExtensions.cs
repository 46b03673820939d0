using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vix.P2p;
using Vix.P2p.Http;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Dashboard;
using Vix.P2p.Http.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the control plane of a node.</summary>
public static class P2pControlEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes by which a node is observed and steered (docs/control-api.md). They answer callers on this
    /// machine and holders of <c>P2p:Control:ApiKey</c>; where the host requires authorization, they follow the host.
    /// </summary>
    /// <param name="endpoints">The app, or a group of it.</param>
    /// <param name="prefix">The path of the routes; null for the setting <c>P2p:Control:Prefix</c>, by default <c>/p2p</c>.</param>
    /// <param name="node">The key that the node was added with; null for the one that has none.</param>
    /// <returns>A builder that takes conventions for all routes, the heavy ones and the protected ones.</returns>
    /// <exception cref="InvalidOperationException">No such node was added.</exception>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is not a path of literal segments.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    public static P2pControlConventionBuilder MapP2pControl(this IEndpointRouteBuilder endpoints, string? prefix = null, string? node = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        string? name = string.IsNullOrEmpty(node) ? null : node;
        IServiceProvider services = endpoints.ServiceProvider;
        RequireNode(services, name);
        if (prefix is not null && !ControlOptionsValidator.IsPrefix(prefix))
            throw new ArgumentException(ControlOptionsValidator.PrefixMessage("The prefix of MapP2pControl", prefix), nameof(prefix));

        ControlOptions options = ControlOptionsSource.Read(services, name);
        ControlPlane plane = new(services, name, prefix is null ? options : options with { Prefix = prefix });
        ControlRoutes routes = new(endpoints.MapGroup(plane.Options.Prefix), plane);
        IndexEndpoints.Map(routes);
        StatusEndpoints.Map(routes);
        PeersEndpoints.Map(routes);
        ConnectEndpoints.Map(routes);
        DashboardEndpoints.Map(routes);
        routes.Complete();
        StartWarning.Register(services, plane);
        return new P2pControlConventionBuilder(routes.All);
    }

    private static void RequireNode(IServiceProvider services, string? name)
    {
        bool registered = name is null
            ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(IP2pNode)) ?? services.GetService<IP2pNode>() is not null
            : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IP2pNode), name) ?? services.GetKeyedService<IP2pNode>(name) is not null;
        if (registered)
            return;
        string call = name is null ? "AddP2pNode()" : $"AddP2pNode(\"{name}\")";
        throw new InvalidOperationException($"There is no {(name is null ? "P2P node" : $"P2P node '{name}'")} to control. Call builder.Services.{call} before app.MapP2pControl.");
    }
}
