using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Vix.P2p.Http.Options;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// Who may call (docs/security.md): a route that the host has protected follows the host, any other answers this
/// machine or a holder of the key. All of it is read from the endpoint at request time, outer groups included.
/// </summary>
internal sealed class CallerCheck
{
    // What the authorization middleware leaves behind once it has run for the request's endpoint; the endpoint
    // middleware looks for the same word, but only where the endpoint has IAuthorizeData.
    private const string AuthorizationRan = "__AuthorizationMiddlewareWithEndpointInvoked";
    private const string BearerPrefix = "Bearer ";

    private readonly ControlOptions _options;
    private readonly ILogger _logger;
    // The last Host header that named this machine: callers send the same one each time, and to read it costs as much
    // as the rest of this check.
    private volatile string? _localHost;
    private readonly ControlError _unauthorized;
    private readonly ControlError _forbidden;
    private readonly ControlError _forbiddenHost;
    private readonly ControlError _forbiddenOrigin;

    public CallerCheck(ControlOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        string section = options.Section;
        _unauthorized = new ControlError(
            ErrorKind.Unauthorized,
            "The request has no key, or a wrong one.",
            $"Send the key of {section}:ApiKey as Authorization: Bearer KEY.",
            "Authorization");
        _forbidden = new ControlError(
            ErrorKind.Forbidden,
            "The request does not come straight from this machine.",
            $"Set {section}:ApiKey and send it as Authorization: Bearer KEY, or protect the routes with the authorization of the host: app.MapP2pControl().RequireAuthorization().");
        _forbiddenHost = new ControlError(
            ErrorKind.ForbiddenHost,
            "The Host header does not name this machine.",
            $"Call it as localhost or by a loopback address, or add the name to {section}:AllowedHosts.",
            "Host");
        _forbiddenOrigin = new ControlError(
            ErrorKind.ForbiddenOrigin,
            "The request was made by a page of another origin.",
            $"Call it from a page of this server, from a program that sends neither Origin nor Sec-Fetch-Site, or add the origin of the page to {section}:AllowedOrigins.",
            "Origin");
    }

    /// <summary>Null when the caller may go on.</summary>
    public ControlError? Check(HttpContext http)
    {
        ControlError? error = CheckCaller(http);
        if (error is null && !PageOrigin.IsSafe(http.Request.Method) && !PageOrigin.MayChange(http.Request, _options.AllowedOrigins))
            error = _forbiddenOrigin;
        return error;
    }

    /// <summary>Whether the host asks for authorization of its own here. A fallback policy alone does not.</summary>
    public static bool IsProtectedByHost(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null);

    private bool IsOpen(EndpointMetadataCollection metadata)
    {
        if (metadata.GetMetadata<AllowP2pAnonymousMetadata>() is not null)
            return true;
        // The dashboard has to load before it can ask for the key.
        bool open = metadata.GetMetadata<IAllowAnonymous>() is not null
            || (_options.Key is not null && metadata.GetMetadata<AccessMetadata>() is { IsPage: true });
        if (!open)
            return false;
        foreach (AccessMetadata access in metadata.GetOrderedMetadata<AccessMetadata>())
        {
            if (access.IsProtected)
                return false;
        }

        return true;
    }

    private ControlError? CheckCaller(HttpContext http)
    {
        EndpointMetadataCollection metadata = http.GetEndpoint()?.Metadata ?? EndpointMetadataCollection.Empty;
        if (IsProtectedByHost(metadata))
        {
            if (http.Items.ContainsKey(AuthorizationRan))
                return null;
            Log.AuthorizationMissing(_logger, http.GetEndpoint()?.DisplayName);
            return new ControlError(ErrorKind.InternalError, "The request was not answered.", "The log of the host says why.");
        }

        if (IsOpen(metadata))
            return null;
        if (_options.Key is { } key && http.Request.Headers.TryGetValue("Authorization", out StringValues authorization))
            return HasKey(key, authorization) ? null : _unauthorized;

        bool local = _options.AllowLocal && LocalCaller.IsFromThisMachine(http);
        if (local && IsForThisMachine(http))
            return IsReadByForeignPage(http, metadata) ? _forbiddenOrigin : null;
        if (_options.Key is not null)
            return _unauthorized;
        return local ? _forbiddenHost : _forbidden;
    }

    // A browser on this machine is let in for where it runs. A CORS policy that the host has for all its routes must not
    // make it read for pages from anywhere; one that the host has named for this route may.
    private bool IsReadByForeignPage(HttpContext http, EndpointMetadataCollection metadata) =>
        HttpMethods.IsGet(http.Request.Method)
        && !PageOrigin.MayRead(http.Request, _options.AllowedOrigins)
        && metadata.GetMetadata<ICorsMetadata>() is null or IDisableCorsAttribute;

    private bool IsForThisMachine(HttpContext http)
    {
        string? host = http.Request.Host.Value;
        if (host is not null && string.Equals(host, _localHost, StringComparison.Ordinal))
            return true;
        if (!LocalCaller.IsForThisMachine(http, _options.AllowedHosts))
            return false;
        _localHost = host;
        return true;
    }

    private static bool HasKey(ApiKey key, StringValues authorization) =>
        authorization.Count == 1
        && authorization[0] is { } value
        && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
        && key.Matches(value.AsSpan(BearerPrefix.Length).Trim(' '));
}
