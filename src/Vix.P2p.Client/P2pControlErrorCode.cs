namespace Vix.P2p.Client;

/// <summary>
/// The codes of <see cref="P2pControlException"/>: those that a control plane sends, and those of this client for
/// answers that are none of a control plane's. A newer server may send others.
/// </summary>
public static class P2pControlErrorCode
{
    /// <summary>400: the body is not what the route reads.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>400: the endpoint is not one.</summary>
    public const string InvalidEndpoint = "invalid_endpoint";

    /// <summary>400: the node has no transport of that scheme.</summary>
    public const string UnsupportedScheme = "unsupported_scheme";

    /// <summary>400: the query is not what the route reads.</summary>
    public const string InvalidQuery = "invalid_query";

    /// <summary>401: a key is set, and it is missing or wrong.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>403: only callers on the machine of the node may do this, or holders of the key.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>403: the Host header does not name the machine of the node.</summary>
    public const string ForbiddenHost = "forbidden_host";

    /// <summary>403: a page of another origin may not do this.</summary>
    public const string ForbiddenOrigin = "forbidden_origin";

    /// <summary>403: the dial policy of the node refuses the address.</summary>
    public const string EndpointDenied = "endpoint_denied";

    /// <summary>404: there is no such route.</summary>
    public const string NotFound = "not_found";

    /// <summary>404: there is no such peer.</summary>
    public const string PeerNotFound = "peer_not_found";

    /// <summary>404: there is no such attempt.</summary>
    public const string AttemptNotFound = "attempt_not_found";

    /// <summary>405: the route has another method.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>413: the body is too large.</summary>
    public const string PayloadTooLarge = "payload_too_large";

    /// <summary>415: the body is not JSON.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>429: too many requests run; <see cref="P2pControlException.RetryAfter"/> says when to ask again.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>500: the request failed.</summary>
    public const string InternalError = "internal_error";

    /// <summary>503: the node is not running.</summary>
    public const string NodeUnavailable = "p2p_node_unavailable";

    /// <summary>Of this client: an error without the body of a control plane, such as the page of a proxy.</summary>
    public const string HttpError = "http_error";

    /// <summary>Of this client: the answer leads elsewhere, such as to a login page; it is not followed.</summary>
    public const string Redirected = "redirected";

    /// <summary>Of this client: the answer says that it succeeded and is not what a control plane sends.</summary>
    public const string InvalidResponse = "invalid_response";

    /// <summary>Of this client: the answer, or one line of a stream, is larger than this client reads.</summary>
    public const string ResponseTooLarge = "response_too_large";
}
