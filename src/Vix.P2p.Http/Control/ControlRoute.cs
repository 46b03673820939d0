using Microsoft.AspNetCore.Builder;

namespace Vix.P2p.Http.Control;

/// <summary>A route that is mapped.</summary>
/// <param name="Method">Its method; null for a sibling that answers other methods, and for the catch-all.</param>
/// <param name="Pattern">Its pattern below the prefix.</param>
/// <param name="Summary">What it does; null where no list shows it.</param>
/// <param name="Traits">What is special about it.</param>
/// <param name="Builder">Takes its conventions.</param>
internal sealed record ControlRoute(
    string? Method,
    string Pattern,
    string? Summary,
    RouteTraits Traits,
    IEndpointConventionBuilder Builder);
