using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>Hands a connect to the node and answers what it decided; for the routes that begin dials.</summary>
internal static class DialRequest
{
    private static readonly ControlError Denied =
        new(ErrorKind.EndpointDenied, "The dial policy refuses that address.", "Dial another address, or change the DialPolicy of the node.", "host");

    private static readonly ControlError UnknownScheme =
        new(ErrorKind.UnsupportedScheme, "The node has no transport of that scheme.", "Send a scheme that the node has, such as tcp.", "scheme");

    public static IResult Answer(HttpContext http, IP2pNode node, PeerEndpoint endpoint, ConnectOptions options)
    {
        if (!RunningNode.Is(node))
            return ErrorReply.Create(http, RunningNode.Missing);
        ConnectResult result = node.Connect(endpoint, options);
        ControlError? error = result.Reason switch
        {
            P2pReason.NotRunning => RunningNode.Missing,
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
}
