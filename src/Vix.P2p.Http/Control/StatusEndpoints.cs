using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /status.</summary>
internal sealed class StatusEndpoints
{
    private const string Pattern = "/status";

    private readonly ControlPlane _plane;

    private StatusEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        StatusEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            Pattern,
            RouteTraits.None,
            "Tells how the node is, also while it is not running.",
            routes.Group.MapGet(Pattern, endpoints.Get).Produces<P2pStatusResponse>().WithExample("status"));
    }

    private IResult Get(HttpContext http) =>
        Reply.Ok(Snapshots.Status(_plane.Node.GetStatus()), ControlJson.Status, 4096);
}
