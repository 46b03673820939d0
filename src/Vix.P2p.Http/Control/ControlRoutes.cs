using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Filters;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>
/// The one place where a route gets its policy, its filters and its siblings. Each family of endpoints maps its own
/// routes, so that the request delegate generator sees the handlers, and hands them over here.
/// </summary>
internal sealed class ControlRoutes(IEndpointRouteBuilder group, ControlPlane plane)
{
    private readonly List<ControlRoute> _all = [];

    public ControlPlane Plane => plane;

    /// <summary>Where families map their handlers.</summary>
    public IEndpointRouteBuilder Group => group;

    public IReadOnlyList<ControlRoute> All => _all;

    /// <summary>Takes in a route that a family has mapped.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="pattern">Its pattern below the prefix.</param>
    /// <param name="traits">What is special about it.</param>
    /// <param name="summary">What it does, in a sentence for descriptions.</param>
    /// <param name="route">The route, which says what it reads and answers, and with <see cref="RouteDescription"/> shows it.</param>
    /// <param name="errors">The statuses of its errors, beside those that every route has.</param>
    public void Add(string method, string pattern, RouteTraits traits, string summary, RouteHandlerBuilder route, params ReadOnlySpan<int> errors)
    {
        route.WithTags("P2P").WithSummary(summary).AddOpenApiOperationTransformer(OperationTransformer.TransformAsync);
        ApplyPolicy(route, traits);
        foreach (int status in errors)
            ProducesError(route, status);
        ProducesError(route, StatusCodes.Status401Unauthorized);
        ProducesError(route, StatusCodes.Status403Forbidden);
        if (traits.HasFlag(RouteTraits.Heavy))
            ProducesError(route, StatusCodes.Status429TooManyRequests);
        ProducesError(route, StatusCodes.Status500InternalServerError);
        _all.Add(new ControlRoute(method, pattern, summary, traits, route));
    }

    /// <summary>Takes in a route that is part of another one and that no list shows.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="pattern">Its pattern below the prefix.</param>
    /// <param name="traits">What is special about it.</param>
    /// <param name="route">The route.</param>
    public void AddUnlisted(string method, string pattern, RouteTraits traits, RouteHandlerBuilder route) =>
        AddHidden(method, pattern, traits, route);

    /// <summary>Gives every pattern its sibling and the prefix its catch-all; nothing is added afterwards.</summary>
    public void Complete()
    {
        foreach (IGrouping<string, ControlRoute> same in _all.GroupBy(route => route.Pattern).ToList())
        {
            OtherMethods others = new(same.Select(route => route.Method!));
            RouteTraits traits = same.Aggregate(RouteTraits.None, (sum, route) => sum | route.Traits) & ~RouteTraits.Heavy;
            AddHidden(method: null, same.Key, traits, group.Map(same.Key, others.Answer));
        }

        AddHidden(method: null, "/{**rest}", RouteTraits.None, group.Map("/{**rest}", UnknownPath.Answer));
    }

    private void AddHidden(string? method, string pattern, RouteTraits traits, RouteHandlerBuilder route)
    {
        route.ExcludeFromDescription();
        ApplyPolicy(route, traits);
        _all.Add(new ControlRoute(method, pattern, Summary: null, traits, route));
    }

    private void ApplyPolicy(RouteHandlerBuilder route, RouteTraits traits)
    {
        route.WithMetadata(plane, Access(traits), new OutputCacheAttribute { NoStore = true }, NoStatusCodePages.Instance)
            .DisableCookieRedirect()
            .AddEndpointFilter(new BoundaryFilter(plane.Logger))
            .AddEndpointFilter(new ProtectedFilter(plane.Caller));
        // Who may not call takes no place from those who may.
        if (traits.HasFlag(RouteTraits.Heavy))
            route.WithMetadata(HeavyMetadata.Instance).AddEndpointFilter(new HeavyFilter(plane.HeavyGate, plane.Options.Section));
    }

    private static AccessMetadata Access(RouteTraits traits) =>
        traits.HasFlag(RouteTraits.Protected) ? AccessMetadata.Protected
        : traits.HasFlag(RouteTraits.Page) ? AccessMetadata.Page
        : AccessMetadata.Read;

    private static void ProducesError(RouteHandlerBuilder route, int status) =>
        route.Produces<P2pErrorResponse>(status, ErrorMediaType.Json, ErrorMediaType.Problem);
}
