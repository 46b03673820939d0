using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Description;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>POST /connect.</summary>
internal sealed class ConnectEndpoints
{
    private const string Pattern = "/connect";

    private readonly ControlPlane _plane;

    private ConnectEndpoints(ControlPlane plane) => _plane = plane;

    public static void Map(ControlRoutes routes)
    {
        ConnectEndpoints endpoints = new(routes.Plane);
        routes.Add(
            HttpMethods.Post,
            Pattern,
            RouteTraits.Heavy | RouteTraits.Protected,
            "Asks for a connection and answers at once with what was decided.",
            routes.Group.MapPost(Pattern, endpoints.ConnectAsync)
                .Accepts<P2pConnectRequest>(MediaTypeNames.Application.Json).WithRequestExample("connect-request")
                .Produces<P2pConnectResponse>().WithExample("connect")
                .WithExample("error", StatusCodes.Status400BadRequest),
            BodyErrors.Statuses);
    }

    // The token as a second parameter keeps this from being taken for a RequestDelegate, which would drop the result
    // and the description.
    private async Task<IResult> ConnectAsync(HttpContext http, CancellationToken cancellationToken)
    {
        (byte[] json, ControlError? error) = await BodyReader.ReadAsync(http.Request, _plane.Time, cancellationToken);
        return error is null && ConnectBody.TryParse(json, out ConnectBody body, out error)
            ? DialRequest.Answer(http, _plane.Node, body.Endpoint, body.Options)
            : ErrorReply.Create(http, error!);
    }
}
