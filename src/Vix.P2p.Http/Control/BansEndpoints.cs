using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /bans and DELETE /bans/{id}; POST /disconnect is where a ban is made.</summary>
internal sealed class BansEndpoints
{
    private const string ListPattern = "/bans";
    private const string OnePattern = "/bans/{id}";

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "No peer of that id is banned.", "GET the list of bans for those in force.", "id");

    private readonly ControlPlane _plane;

    private BansEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        BansEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            ListPattern,
            RouteTraits.Protected,
            "Lists the bans in force.",
            routes.Group.MapGet(ListPattern, endpoints.GetList).Produces<P2pBansResponse>().WithExample("bans"));
        routes.Add(
            HttpMethods.Delete,
            OnePattern,
            RouteTraits.Protected,
            "Ends a ban.",
            routes.Group.MapDelete(OnePattern, endpoints.Remove).Produces<P2pUnbanResponse>().WithExample("unban"),
            StatusCodes.Status404NotFound,
            StatusCodes.Status503ServiceUnavailable);
    }

    private IResult GetList(HttpContext http)
    {
        IReadOnlyList<PeerBan> bans = _plane.Node.GetBans();
        return Reply.Ok(new P2pBansResponse { Bans = [.. bans.Select(Snapshots.Ban)] }, ControlJson.Bans, 192 * (bans.Count + 1));
    }

    private IResult Remove(HttpContext http, [Description("The peer's id: 64 lowercase hex digits.")] string id)
    {
        IP2pNode node = _plane.Node;
        if (!RunningNode.Is(node))
            return ErrorReply.Create(http, RunningNode.Missing);
        return PeerId.TryParse(id, out PeerId peer) && node.Unban(peer)
            ? Reply.Ok(new P2pUnbanResponse { Removed = true, Id = id }, ControlJson.Unban)
            : ErrorReply.Create(http, NotFound);
    }
}
