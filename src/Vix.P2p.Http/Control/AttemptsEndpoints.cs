using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>GET /attempts and GET /attempts/{id}.</summary>
internal sealed class AttemptsEndpoints
{
    private const string ListPattern = "/attempts";
    private const string OnePattern = "/attempts/{id}";

    private static readonly ControlError NotFound =
        new(ErrorKind.AttemptNotFound, "None of the last 256 dials has that id.", "GET the list of attempts for those that are kept.", "id");

    private readonly ControlPlane _plane;

    private AttemptsEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        AttemptsEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Get,
            ListPattern,
            RouteTraits.Protected,
            "Lists the last dials and what became of them.",
            routes.Group.MapGet(ListPattern, endpoints.GetList).Produces<P2pAttemptsResponse>().WithExample("attempts"));
        routes.Add(
            HttpMethods.Get,
            OnePattern,
            RouteTraits.Protected,
            "Tells what became of one dial.",
            routes.Group.MapGet(OnePattern, endpoints.GetOne).Produces<P2pAttemptResponse>().WithExample("attempt"),
            StatusCodes.Status404NotFound);
    }

    private IResult GetList(HttpContext http)
    {
        IReadOnlyList<ConnectAttempt> attempts = _plane.Node.GetAttempts();
        return Reply.Ok(new P2pAttemptsResponse { Attempts = [.. attempts.Select(Snapshots.Attempt)] }, ControlJson.Attempts, 256 * (attempts.Count + 1));
    }

    private IResult GetOne(HttpContext http, [Description("The attempt_id of the answer to a connect.")] string id) =>
        _plane.Node.TryGetAttempt(id, out ConnectAttempt? attempt)
            ? Reply.Ok(new P2pAttemptResponse { Attempt = Snapshots.Attempt(attempt) }, ControlJson.Attempt)
            : ErrorReply.Create(http, NotFound);
}
