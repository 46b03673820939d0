using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET, POST and DELETE /persistent.</summary>
internal sealed class PersistentEndpoints
{
    private const string Pattern = "/persistent";
    private const string EndpointName = "endpoint";

    private static readonly QueryParameter Endpoint = new(EndpointName, "The endpoint, as it is listed.")
    {
        Required = true,
        Example = JsonValue.Create("tcp://192.0.2.7:9001"),
    };

    private static readonly string[] Parameters = [EndpointName];

    private static readonly ControlError NoEndpoint =
        new(ErrorKind.InvalidEndpoint, "The endpoint is missing, or is not one.", "Send the parameter endpoint as it is listed, such as tcp://192.0.2.1:9001 or tcp://[2001:db8::1]:9001.", EndpointName);

    private static readonly ControlError NotFound =
        new(ErrorKind.PeerNotFound, "That endpoint is not kept connected.", "GET the list of persistent peers for those that are.", EndpointName);

    private readonly ControlPlane _plane;

    private PersistentEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        PersistentEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            Pattern,
            RouteTraits.Protected,
            "Lists the endpoints that are kept connected.",
            routes.Group.MapGet(Pattern, endpoints.GetList).Produces<P2pPersistentResponse>().WithExample("persistent"));
        routes.Add(
            HttpMethods.Post,
            Pattern,
            RouteTraits.Protected,
            "Keeps an endpoint connected until the process ends, and answers as connect does.",
            routes.Group.MapPost(Pattern, endpoints.AddAsync)
                .Accepts<P2pPersistentRequest>(MediaTypeNames.Application.Json).WithRequestExample("persistent-request")
                .Produces<P2pConnectResponse>().WithExample("persistent-added"),
            BodyErrors.Statuses);
        routes.Add(
            HttpMethods.Delete,
            Pattern,
            RouteTraits.Protected,
            "Keeps an endpoint connected no longer; a connection that exists stays.",
            routes.Group.MapDelete(Pattern, endpoints.Remove).WithQuery(Endpoint).Produces<P2pPersistentRemovedResponse>().WithExample("persistent-removed"),
            StatusCodes.Status400BadRequest,
            StatusCodes.Status404NotFound,
            StatusCodes.Status503ServiceUnavailable);
    }

    private IResult GetList(HttpContext http)
    {
        IReadOnlyList<PersistentPeer> peers = _plane.Node.GetPersistentPeers();
        return Reply.Ok(new P2pPersistentResponse { Persistent = [.. peers.Select(Snapshots.Persistent)] }, ControlJson.Persistent, 256 * (peers.Count + 1));
    }

    private async Task<IResult> AddAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        return error is null && ConnectBody.TryParsePersistent(json, out ConnectBody body, out error)
            ? DialRequest.Answer(http, _plane.Node, body.Endpoint, body.Options)
            : ErrorReply.Create(http, error!);
    }

    private IResult Remove(HttpContext http)
    {
        if (!QueryReader.TryRead(http.Request.QueryString, Parameters, out QueryReader query, out ControlError? error))
            return ErrorReply.Create(http, error!);
        if (!PeerEndpoint.TryParse(query.Text(EndpointName, 512), out PeerEndpoint? endpoint))
            return ErrorReply.Create(http, NoEndpoint);
        IP2pNode node = _plane.Node;
        if (!RunningNode.Is(node))
            return ErrorReply.Create(http, RunningNode.Missing);
        return node.RemovePersistent(endpoint)
            ? Reply.Ok(new P2pPersistentRemovedResponse { Removed = true, Endpoint = endpoint.ToString() }, ControlJson.PersistentRemoved)
            : ErrorReply.Create(http, NotFound);
    }
}
