using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Responses;

/// <summary>One code of the list in docs/control-api.md, with the status it goes with.</summary>
internal sealed record ErrorKind(string Code, int Status, string Title)
{
    public static readonly ErrorKind InvalidJson = new("invalid_json", StatusCodes.Status400BadRequest, "The body is not what this route reads");
    public static readonly ErrorKind InvalidEndpoint = new("invalid_endpoint", StatusCodes.Status400BadRequest, "The endpoint is not one");
    public static readonly ErrorKind UnsupportedScheme = new("unsupported_scheme", StatusCodes.Status400BadRequest, "The node has no transport of that scheme");
    public static readonly ErrorKind InvalidQuery = new("invalid_query", StatusCodes.Status400BadRequest, "The query is not what this route reads");
    public static readonly ErrorKind Unauthorized = new("unauthorized", StatusCodes.Status401Unauthorized, "The key is missing or wrong");
    public static readonly ErrorKind Forbidden = new("forbidden", StatusCodes.Status403Forbidden, "Only callers on this machine may do this");
    public static readonly ErrorKind ForbiddenHost = new("forbidden_host", StatusCodes.Status403Forbidden, "The Host header does not name this machine");
    public static readonly ErrorKind ForbiddenOrigin = new("forbidden_origin", StatusCodes.Status403Forbidden, "A page of another origin may not do this");
    public static readonly ErrorKind EndpointDenied = new("endpoint_denied", StatusCodes.Status403Forbidden, "The dial policy refuses the address");
    public static readonly ErrorKind NotFound = new("not_found", StatusCodes.Status404NotFound, "There is no such route");
    public static readonly ErrorKind PeerNotFound = new("peer_not_found", StatusCodes.Status404NotFound, "There is no such peer");
    public static readonly ErrorKind AttemptNotFound = new("attempt_not_found", StatusCodes.Status404NotFound, "There is no such attempt");
    public static readonly ErrorKind MethodNotAllowed = new("method_not_allowed", StatusCodes.Status405MethodNotAllowed, "The route has another method");
    public static readonly ErrorKind PayloadTooLarge = new("payload_too_large", StatusCodes.Status413PayloadTooLarge, "The body is too large");
    public static readonly ErrorKind UnsupportedMediaType = new("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType, "The body is not JSON");
    public static readonly ErrorKind RateLimited = new("rate_limited", StatusCodes.Status429TooManyRequests, "Too many requests run");
    public static readonly ErrorKind InternalError = new("internal_error", StatusCodes.Status500InternalServerError, "The request failed");
    public static readonly ErrorKind NodeUnavailable = new("p2p_node_unavailable", StatusCodes.Status503ServiceUnavailable, "The node is not running");
}
