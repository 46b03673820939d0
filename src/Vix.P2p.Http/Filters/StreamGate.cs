using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// The places for requests that stay open: event streams, followed logs, waits. Once it has one, a request gives back
/// its place for heavy requests, which it would else hold for hours.
/// </summary>
internal sealed class StreamGate(HeavyGate gate, string section)
{
    private readonly ControlError _rateLimited = new(
        ErrorKind.RateLimited,
        "As many streams and waits are open as may be.",
        $"Close one, or raise {section}:MaxStreams.");

    /// <summary>Takes a place until the response is written or the caller has left; an error where none is free.</summary>
    public ControlError? Enter(HttpContext http)
    {
        if (gate.TryEnter() is not { } lease)
        {
            http.Response.Headers.RetryAfter = "1";
            return _rateLimited;
        }

        http.Response.RegisterForDispose(lease);
        // A caller who leaves needs no place, and not every server completes a response that nobody takes.
        http.RequestAborted.UnsafeRegister(static state => ((HeavyLease)state!).Dispose(), lease);
        http.Features.Get<HeavyLease>()?.Dispose();
        // The host's limit is meant for requests that work, and this one waits.
        http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        return null;
    }
}
