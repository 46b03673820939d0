using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Vix.P2p.Contracts;

namespace Vix.P2p.Http.Responses;

/// <summary>Turns an error into its body, in the media type that the caller prefers.</summary>
internal static class ErrorReply
{
    private const string UrnPrefix = "urn:vix:p2p:error:";

    /// <summary>What finds a request in the logs of the host.</summary>
    public static string TraceId(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    public static Reply Create(HttpContext http, ControlError error)
    {
        ErrorKind kind = error.Kind;
        P2pErrorResponse body = new()
        {
            Error = kind.Code,
            Hint = error.Hint,
            Field = error.Field,
            Type = UrnPrefix + kind.Code,
            Title = kind.Title,
            Status = kind.Status,
            Detail = error.Detail,
            TraceId = TraceId(http),
        };
        string contentType = ErrorMediaType.Choose(http.Request.Headers.Accept);
        return Reply.Of(kind.Status, body, ControlJson.Error, contentType);
    }
}
