using System.Net;

namespace Vix.P2p.Client;

/// <summary>
/// A control plane said no, or what answered is no control plane. A network that fails throws
/// <see cref="HttpRequestException"/>, an answer that takes too long <see cref="TaskCanceledException"/> with a
/// <see cref="TimeoutException"/> inside, as <see cref="HttpClient"/> does.
/// </summary>
public sealed class P2pControlException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">What went wrong, in snake_case.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="detail">What went wrong, in words.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public P2pControlException(string code, HttpStatusCode status, string detail, Exception? innerException = null)
        : this(code, status, detail, hint: null, innerException)
    {
    }

    internal P2pControlException(string code, HttpStatusCode status, string detail, string? hint, Exception? innerException)
        : base($"{detail}{(hint is null ? "" : " ")}{hint} ({code}, HTTP {(int)status})", innerException)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(detail);
        Code = code;
        Status = status;
        Detail = detail;
        Hint = hint;
    }

    /// <summary>What went wrong, in snake_case: one of <see cref="P2pControlErrorCode"/>, or one that a newer server has.</summary>
    public string Code { get; }

    /// <summary>The status of the answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>What went wrong, in words.</summary>
    public string Detail { get; }

    /// <summary>What to do about it; null where nobody said.</summary>
    public string? Hint { get; }

    /// <summary>The member of the body or of the query that is at fault; null where it is none.</summary>
    public string? Field { get; init; }

    /// <summary>How long to wait before asking again; null where the server did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What finds the request in the logs of the server; null where it did not say.</summary>
    public string? TraceId { get; init; }
}
