using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Health;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /health/live and GET /health/ready: for orchestrators and load balancers, which read the status alone.</summary>
internal sealed class HealthEndpoints
{
    private const string LivePattern = "/health/live";
    private const string ReadyPattern = "/health/ready";

    private readonly ControlPlane _plane;

    private HealthEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        HealthEndpoints endpoints = new(routes.Plane);
        Add(routes, LivePattern, "Tells whether the node does its work: 200, or 503.", routes.Group.MapGet(LivePattern, endpoints.GetLive));
        Add(routes, ReadyPattern, "Tells whether the node does its work and is connected to enough peers: 200, or 503.", routes.Group.MapGet(ReadyPattern, endpoints.GetReady));
    }

    private static void Add(ControlRoutes routes, string pattern, string summary, RouteHandlerBuilder route) =>
        routes.Add(
            HttpMethods.Get,
            pattern,
            RouteTraits.Health,
            summary,
            route.Produces<P2pHealthResponse>().WithExample("health")
                .Produces<P2pHealthResponse>(StatusCodes.Status503ServiceUnavailable).WithExample("health-not", StatusCodes.Status503ServiceUnavailable));

    private IResult GetLive(HttpContext http) => Answer(NodeHealth.IsLive(_plane.Node.GetStatus()));

    private IResult GetReady(HttpContext http) => Answer(NodeHealth.IsReady(_plane.Node.GetStatus(), _plane.Options.MinConnectedPeers));

    private static Reply Answer(bool ok) =>
        Reply.Of(ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, new P2pHealthResponse { Ok = ok }, ControlJson.Health, ErrorMediaType.Json);
}
