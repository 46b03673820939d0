using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Contracts;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>POST /connect and POST /disconnect.</summary>
internal sealed class ConnectEndpoints
{
    private const string ConnectPattern = "/connect";
    private const string DisconnectPattern = "/disconnect";

    /// <summary>A close goes on by itself; a caller waits for it only this long.</summary>
    public static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(1);

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
            routes.Group.MapPost(ConnectPattern, endpoints.ConnectAsync).Accepts<P2pConnectRequest>(MediaTypeNames.Application.Json).Produces<P2pConnectResponse>(),
            BodyErrors);
        routes.Add(
            HttpMethods.Post,
            DisconnectPattern,
            RouteTraits.Protected,
            "Closes the connection to a peer, or ends its dial.",
            routes.Group.MapPost(DisconnectPattern, endpoints.DisconnectAsync).Accepts<P2pDisconnectRequest>(MediaTypeNames.Application.Json).Produces<P2pDisconnectResponse>(),
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
            Reason = result.Reason == P2pReason.None ? null : result.Reason.ToCode(),
            RetryAfterMs = Snapshots.Milliseconds(result.RetryAfter),
        };
        return Reply.Ok(response, P2pControlJsonContext.Default.P2pConnectResponse);
    }

    private async Task<IResult> DisconnectAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        if (error is not null || !DisconnectBody.TryParse(json, out DisconnectBody body, out error))
            return ErrorReply.Create(http, error!);
        IP2pNode node = _plane.Node;
        if (node.GetStatus().State != NodeState.Running)
            return ErrorReply.Create(http, NotRunning);
        if (Find(node, body) is not { } peer)
            return ErrorReply.Create(http, NotFound);
        (bool found, bool closed) = await CloseAsync(node, peer, cancellationToken);
        if (!found)
            return ErrorReply.Create(http, NotFound);
        P2pDisconnectResponse response = new()
        {
            Disconnected = closed,
            Key = peer.Key,
            Id = peer.IdText ?? peer.Id?.ToString(),
            Endpoint = peer.Endpoint,
        };
        return Reply.Ok(response, P2pControlJsonContext.Default.P2pDisconnectResponse);
    }

    private static PeerInfo? Find(IP2pNode node, DisconnectBody body)
    {
        if (body.Id is { } id)
            return node.TryGetPeer(id, out PeerInfo? peer) ? peer : null;
        string endpoint = body.Endpoint!.ToString();
        foreach (PeerInfo row in node.GetPeers().Peers)
        {
            if (string.Equals(row.Endpoint, endpoint, StringComparison.Ordinal))
                return row;
        }

        return null;
    }

    private async Task<(bool Found, bool Closed)> CloseAsync(IP2pNode node, PeerInfo peer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource wait = new(CloseWait, _plane.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, wait.Token);
        try
        {
            bool found = peer.Id is { } id
                ? await node.DisconnectAsync(id, either.Token)
                : PeerEndpoint.TryParse(peer.Endpoint, out PeerEndpoint? endpoint) && await node.DisconnectAsync(endpoint, either.Token);
            return (found, Closed: true);
        }
        catch (OperationCanceledException) when (wait.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (Found: true, Closed: false);
        }
    }
}
