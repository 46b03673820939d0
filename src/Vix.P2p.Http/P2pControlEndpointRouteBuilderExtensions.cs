using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
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
    /// <returns>A builder that takes conventions for all routes, the heavy ones, the protected ones and those of health.</returns>
    /// <exception cref="InvalidOperationException">
    /// No such node was added, or <paramref name="endpoints"/> has a control plane under that path already.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is not a path of literal segments.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names it.</exception>
    public static P2pControlConventionBuilder MapP2pControl(this IEndpointRouteBuilder endpoints, string? prefix = null, string? node = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        string? name = string.IsNullOrEmpty(node) ? null : node;
        IServiceProvider services = endpoints.ServiceProvider;
        RegisteredNode.Require(services, name);
        if (prefix is not null && !ControlOptionsValidator.IsPrefix(prefix))
            throw new ArgumentException(ControlOptionsValidator.PrefixMessage("The prefix of MapP2pControl", prefix), nameof(prefix));

        ControlOptions options = ControlOptionsSource.Read(services, name);
        ControlPlane plane = new(services, name, prefix is null ? options : options with { Prefix = prefix });
        MappedPrefix.Take(endpoints, plane.Options.Prefix);
        ControlRoutes routes = new(endpoints.MapGroup(plane.Options.Prefix), plane);
        IndexEndpoints.Map(routes);
        StatusEndpoints.Map(routes);
        PeersEndpoints.Map(routes);
        ConnectEndpoints.Map(routes);
        DisconnectEndpoints.Map(routes);
        AttemptsEndpoints.Map(routes);
        PersistentEndpoints.Map(routes);
        BansEndpoints.Map(routes);
        EventsEndpoints.Map(routes);
        LogsEndpoints.Map(routes);
        HealthEndpoints.Map(routes);
        DashboardEndpoints.Map(routes);
        routes.Complete();
        StartWarning.Register(services, plane);
        return new P2pControlConventionBuilder(routes.All);
    }
}
