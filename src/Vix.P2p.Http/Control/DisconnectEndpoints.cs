using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>POST /disconnect.</summary>
internal sealed class DisconnectEndpoints
{
    private const string Pattern = "/disconnect";

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "No such peer is connected or dialled.", "GET the list of peers for the rows there are.");

    private static readonly ControlError NoId =
        new(ErrorKind.PeerNotFound, "There is no such row, or its peer has not proven its id; a ban is one of an id.", "Send the peer's id, 64 lowercase hex digits: it can be banned before it is known. Or leave out ban_ms.");

    private readonly ControlPlane _plane;

    private DisconnectEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        DisconnectEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Post,
            Pattern,
            RouteTraits.Protected,
            "Closes the connection to a peer, or ends its dial, and bans the peer when asked to.",
            routes.Group.MapPost(Pattern, endpoints.DisconnectAsync)
                .Accepts<P2pDisconnectRequest>(MediaTypeNames.Application.Json).WithRequestExample("disconnect-request")
                .Produces<P2pDisconnectResponse>().WithExample("disconnect"),
            [.. BodyErrors.Statuses, StatusCodes.Status404NotFound]);
    }

    private async Task<IResult> DisconnectAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        if (error is not null || !DisconnectBody.TryParse(json, out DisconnectBody body, out error))
            return ErrorReply.Create(http, error!);
        IP2pNode node = _plane.Node;
        if (!RunningNode.Is(node))
            return ErrorReply.Create(http, RunningNode.Missing);
        if (!(body.Id is { } key ? node.TryGetPeer(key, out PeerInfo? peer) : node.TryGetPeer(body.Endpoint!, out peer)))
            peer = null;
        return body.Ban is { } duration ? Ban(http, node, body, peer, duration) : Close(http, node, peer);
    }

    private static Reply Close(HttpContext http, IP2pNode node, PeerInfo? peer)
    {
        // A row without an id is one that this node dials, so its endpoint leads to it.
        bool closed = peer is not null && (peer.Id is { } id
            ? node.Disconnect(id)
            : PeerEndpoint.TryParse(peer.Endpoint, out PeerEndpoint? endpoint) && node.Disconnect(endpoint));
        return closed ? Answer(peer, closed, ban: null) : ErrorReply.Create(http, NotFound);
    }

    // A ban names whoever holds a key, so it needs an id; that need not be one of a row.
    private static Reply Ban(HttpContext http, IP2pNode node, DisconnectBody body, PeerInfo? peer, TimeSpan duration)
    {
        PeerId id;
        if (peer?.Id is { } proven)
            id = proven;
        else if (!PeerId.TryParse(body.Id, out id))
            return ErrorReply.Create(http, NoId);
        PeerBan ban = node.Ban(id, duration);
        return Answer(peer, peer is { State: not PeerState.Closed }, ban);
    }

    private static Reply Answer(PeerInfo? peer, bool disconnected, PeerBan? ban)
    {
        P2pDisconnectResponse response = new()
        {
            Disconnected = disconnected,
            Key = peer?.Key,
            Id = ban?.Id.ToString() ?? peer!.IdText ?? peer.Id?.ToString(),
            Endpoint = peer?.Endpoint,
            BanEndsAt = ban is null ? null : Snapshots.Instant(ban.BannedAt + ban.Duration),
        };
        return Reply.Ok(response, ControlJson.Disconnect);
    }
}
