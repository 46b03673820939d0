using Microsoft.AspNetCore.Builder;
using Vix.P2p.Http.Control;

namespace Vix.P2p.Http;

/// <summary>Takes conventions for all routes of a control plane, or for those that are heavy, protected or of health.</summary>
public sealed class P2pControlConventionBuilder : IEndpointConventionBuilder
{
    private readonly IReadOnlyList<ControlRoute> _routes;

    internal P2pControlConventionBuilder(IReadOnlyList<ControlRoute> routes) => _routes = routes;

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention)
    {
        ArgumentNullException.ThrowIfNull(convention);
        foreach (ControlRoute route in _routes)
            route.Builder.Add(convention);
    }

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        ArgumentNullException.ThrowIfNull(finallyConvention);
        foreach (ControlRoute route in _routes)
            route.Builder.Finally(finallyConvention);
    }

    /// <summary>Sets conventions for the routes that cost: peers, connect, events and logs.</summary>
    /// <param name="conventions">Sets them, such as <c>h => h.RequireRateLimiting("p2p")</c>.</param>
    /// <returns>This builder.</returns>
    public P2pControlConventionBuilder Heavy(Action<IEndpointConventionBuilder> conventions) => Apply(RouteTraits.Heavy, conventions);

    /// <summary>
    /// Sets conventions for the routes that change something or tell how the node is run: connect, disconnect, attempts,
    /// persistent peers, bans and logs.
    /// </summary>
    /// <param name="conventions">Sets them, such as <c>p => p.RequireAuthorization("ops")</c>.</param>
    /// <returns>This builder.</returns>
    public P2pControlConventionBuilder Protected(Action<IEndpointConventionBuilder> conventions) => Apply(RouteTraits.Protected, conventions);

    /// <summary>Sets conventions for GET /health/live and GET /health/ready.</summary>
    /// <param name="conventions">Sets them, such as <c>h => h.AllowAnonymous()</c>, which opens these routes alone.</param>
    /// <returns>This builder.</returns>
    public P2pControlConventionBuilder Health(Action<IEndpointConventionBuilder> conventions) => Apply(RouteTraits.Health, conventions);

    private P2pControlConventionBuilder Apply(RouteTraits traits, Action<IEndpointConventionBuilder> conventions)
    {
        ArgumentNullException.ThrowIfNull(conventions);
        conventions(new P2pControlConventionBuilder([.. _routes.Where(route => route.Traits.HasFlag(traits))]));
        return this;
    }
}
