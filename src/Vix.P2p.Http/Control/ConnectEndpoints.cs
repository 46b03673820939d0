using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>POST /connect and POST /disconnect.</summary>
internal sealed class ConnectEndpoints
{
    private const string ConnectPattern = "/connect";
    private const string DisconnectPattern = "/disconnect";

    private static readonly int[] BodyErrors =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable,
    ];

    private static readonly ControlError NotRunning =
        new(ErrorKind.NodeUnavailable, "The node is not running.", "GET the status; ask again when running is true.");

    private static readonly ControlError Denied =
        new(ErrorKind.EndpointDenied, "The dial policy refuses that address.", "Dial another address, or change the DialPolicy of the node.", "host");

    private static readonly ControlError UnknownScheme =
        new(ErrorKind.UnsupportedScheme, "The node has no transport of that scheme.", "Send a scheme that the node has, such as tcp.", "scheme");

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "No such peer is connected or dialled.", "GET the list of peers for the rows there are.");

    private readonly ControlPlane _plane;

    private ConnectEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        ConnectEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Post,
            ConnectPattern,
            RouteTraits.Heavy | RouteTraits.Protected,
            "Asks for a connection and answers at once with what was decided.",
            routes.Group.MapPost(ConnectPattern, endpoints.ConnectAsync)
                .Accepts<P2pConnectRequest>(MediaTypeNames.Application.Json).WithRequestExample("connect-request")
                .Produces<P2pConnectResponse>().WithExample("connect")
                .WithExample("error", StatusCodes.Status400BadRequest),
            BodyErrors);
        routes.Add(
            HttpMethods.Post,
            DisconnectPattern,
            RouteTraits.Protected,
            "Closes the connection to a peer, or ends its dial.",
            routes.Group.MapPost(DisconnectPattern, endpoints.DisconnectAsync)
                .Accepts<P2pDisconnectRequest>(MediaTypeNames.Application.Json).WithRequestExample("disconnect-request")
                .Produces<P2pDisconnectResponse>().WithExample("disconnect"),
            [.. BodyErrors, StatusCodes.Status404NotFound]);
    }

    // The token as a second parameter keeps these from being taken for a RequestDelegate, which would drop the result
    // and the description.
    private async Task<IResult> ConnectAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        if (error is not null || !ConnectBody.TryParse(json, out ConnectBody body, out error))
            return ErrorReply.Create(http, error!);
        if (_plane.Node.GetStatus().State != NodeState.Running)
            return ErrorReply.Create(http, NotRunning);
        ConnectResult result = _plane.Node.Connect(body.Endpoint, body.Options);
        error = result.Reason switch
        {
            P2pReason.NotRunning => NotRunning,
            P2pReason.EndpointDenied => Denied,
            P2pReason.UnsupportedScheme => UnknownScheme,
            _ => null,
        };
        if (error is not null)
            return ErrorReply.Create(http, error);
        P2pConnectResponse response = new()
        {
            Started = result.Started,
            Endpoint = result.Endpoint.ToString(),
            AttemptId = result.AttemptId,
            State = result.State is { } state ? Snapshots.Name(state) : null,
            Reason = Snapshots.Code(result.Reason),
            RetryAfterMs = Snapshots.Milliseconds(result.RetryAfter),
        };
        return Reply.Ok(response, ControlJson.Connect);
    }

    private async Task<IResult> DisconnectAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        if (error is not null || !DisconnectBody.TryParse(json, out DisconnectBody body, out error))
            return ErrorReply.Create(http, error!);
        IP2pNode node = _plane.Node;
        if (node.GetStatus().State != NodeState.Running)
            return ErrorReply.Create(http, NotRunning);
        bool known = body.Id is { } id ? node.TryGetPeer(id, out PeerInfo? peer) : node.TryGetPeer(body.Endpoint!, out peer);
        if (!known || !Close(node, peer!))
            return ErrorReply.Create(http, NotFound);
        P2pDisconnectResponse response = new()
        {
            Disconnected = true,
            Key = peer!.Key,
            Id = peer.IdText ?? peer.Id?.ToString(),
            Endpoint = peer.Endpoint,
        };
        return Reply.Ok(response, ControlJson.Disconnect);
    }

    // A row without an id is one that this node dials, so its endpoint leads to it.
    private static bool Close(IP2pNode node, PeerInfo peer) => peer.Id is { } id
        ? node.Disconnect(id)
        : PeerEndpoint.TryParse(peer.Endpoint, out PeerEndpoint? endpoint) && node.Disconnect(endpoint);
}
