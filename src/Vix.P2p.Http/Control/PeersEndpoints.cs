using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /peers and GET /peers/{id}.</summary>
internal sealed class PeersEndpoints
{
    private const string ListPattern = "/peers";
    private const string OnePattern = "/peers/{id}";

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "No row has that id or key.", "GET the list of peers for the ids and keys there are.", "id");

    private readonly ControlPlane _plane;

    // How much the list took the last time, so that the next one is written without growing. Requests may race for it.
    private int _lastLength;

    private PeersEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        PeersEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            ListPattern,
            RouteTraits.Heavy,
            "Lists the peers.",
            routes.Group.MapGet(ListPattern, endpoints.GetList).Produces<P2pPeersResponse>().Produces(StatusCodes.Status304NotModified));
        routes.Add(
            HttpMethods.Get,
            OnePattern,
            RouteTraits.None,
            "Tells about one peer, by its id or by the key of its row.",
            routes.Group.MapGet(OnePattern, endpoints.GetOne).Produces<P2pPeerResponse>(),
            StatusCodes.Status404NotFound);
    }

    private IResult GetList(HttpContext http)
    {
        PeerList list = _plane.Node.GetPeers();
        string etag = PeersETag.Create(_plane.Instance, list.Revision);
        if (PeersETag.Matches(http.Request.Headers.IfNoneMatch, etag))
            return Reply.NotModified(etag);
        IReadOnlyList<PeerInfo> peers = list.Peers;
        P2pPeerRow[] rows = new P2pPeerRow[peers.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = Snapshots.Peer(peers[i]);
        P2pPeersResponse body = new()
        {
            Peers = rows,
            Total = rows.Length,
            Matched = rows.Length,
            Returned = rows.Length,
            Revision = list.Revision,
        };
        Reply reply = Reply.Tagged(body, ControlJson.Peers, etag, _lastLength);
        _lastLength = reply.Length + (reply.Length >> 4) + 1024;
        return reply;
    }

    private IResult GetOne(HttpContext http, string id) => _plane.Node.TryGetPeer(id, out PeerInfo? peer)
        ? Reply.Ok(new P2pPeerResponse { Peer = Snapshots.Peer(peer) }, ControlJson.Peer, 2048)
        : ErrorReply.Create(http, NotFound);
}
