using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client.Responses;

/// <summary>Reads the body of an answer that is an error, whoever sent it.</summary>
internal static class ErrorAnswer
{
    private const int MostBytes = 64 * 1024;
    private static readonly JsonTypeInfo<P2pErrorResponse> ErrorType = P2pControlJson.TypeInfo<P2pErrorResponse>();

    /// <summary>The exception that an answer comes to.</summary>
    public static async Task<P2pControlException> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken) =>
        Of(response, await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false), time);

    /// <summary>The exception that an answer of this body comes to.</summary>
    public static P2pControlException Of(HttpResponseMessage response, byte[] body, TimeProvider time)
    {
        TimeSpan? retryAfter = RetryAfter(response.Headers.RetryAfter, time);
        if (TryParse(body, ErrorType, out P2pErrorResponse? error))
        {
            return new P2pControlException(PlainText.Of(error.Error), response.StatusCode, PlainText.Of(error.Detail), PlainText.Of(error.Hint), innerException: null)
            {
                Field = error.Field is { } field ? PlainText.Of(field) : null,
                RetryAfter = retryAfter,
                TraceId = PlainText.Of(error.TraceId),
            };
        }

        (string code, string? hint) = Plain(response.StatusCode);
        return new P2pControlException(code, response.StatusCode, $"The server answered {(int)response.StatusCode} without the error of a control plane.", hint, innerException: null)
        {
            RetryAfter = retryAfter,
        };
    }

    /// <summary>The body where it is JSON and small, as errors are; otherwise nothing.</summary>
    public static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!Answer.IsJson(response.Content.Headers.ContentType) || response.Content.Headers.ContentLength > MostBytes)
            return [];
        try
        {
            using BoundedStream body = new(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), MostBytes);
            using MemoryStream whole = new();
            await body.CopyToAsync(whole, cancellationToken).ConfigureAwait(false);
            return whole.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or HttpRequestException)
        {
            // The status is there, and says more than that the rest of the answer was lost.
            return [];
        }
    }

    public static bool TryParse<T>(byte[] body, JsonTypeInfo<T> type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value)
        where T : class
    {
        try
        {
            value = body.Length == 0 ? null : JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            value = null;
        }

        return value is not null;
    }

    private static (string Code, string? Hint) Plain(HttpStatusCode status) => status switch
    {
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => (
            P2pControlErrorCode.Redirected,
            "It leads elsewhere, perhaps to a login page, and is not followed. Check that BaseAddress is that of the control plane, with its prefix."),
        HttpStatusCode.Unauthorized => (P2pControlErrorCode.Unauthorized, "Set ApiKey, or what the authorization of the host asks for."),
        HttpStatusCode.Forbidden => (P2pControlErrorCode.Forbidden, null),
        HttpStatusCode.NotFound => (P2pControlErrorCode.NotFound, "Check that BaseAddress is that of the control plane, with its prefix, such as http://localhost:5180/p2p."),
        HttpStatusCode.TooManyRequests => (P2pControlErrorCode.RateLimited, null),
        _ => (P2pControlErrorCode.HttpError, null),
    };

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? value, TimeProvider time)
    {
        TimeSpan? after = value?.Delta ?? value?.Date - time.GetUtcNow();
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }
}
