using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET on the prefix itself and GET /ping.</summary>
internal sealed class IndexEndpoints
{
    private const string PingPattern = "/ping";

    private readonly ControlRoutes _routes;

    private IndexEndpoints(ControlRoutes routes) => _routes = routes;

    public static void Map(ControlRoutes routes)
    {
        IndexEndpoints endpoints = new(routes);
        routes.Add(
            HttpMethods.Get,
            "",
            RouteTraits.None,
            "Lists the routes.",
            routes.Group.MapGet("", endpoints.GetIndex).Produces<P2pIndexResponse>().WithExample("index"));
        routes.Add(
            HttpMethods.Get,
            PingPattern,
            RouteTraits.None,
            "Answers at once, whatever the node does.",
            routes.Group.MapGet(PingPattern, GetPing).Produces<P2pPingResponse>().WithExample("ping"));
    }

    private IResult GetIndex(HttpContext http)
    {
        // The path of this very request holds whatever the host has put before the prefix: a path base, groups.
        string root = http.Request.PathBase.Add(http.Request.Path).Value!.TrimEnd('/');
        P2pIndexRoute[] routes = [.. _routes.All
            .Where(route => route.Summary is not null)
            .Select(route => new P2pIndexRoute { Method = route.Method!, Path = root + route.Pattern, Summary = route.Summary! })];
        return Reply.Ok(new P2pIndexResponse { Routes = routes }, ControlJson.Index);
    }

    private static IResult GetPing(HttpContext http) =>
        Reply.Ok(new P2pPingResponse(), ControlJson.Ping);
}
