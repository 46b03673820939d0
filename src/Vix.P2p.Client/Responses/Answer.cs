using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vix.P2p.Client.Responses;

/// <summary>Reads the body of an answer that succeeded.</summary>
internal static class Answer
{
    /// <summary>The record that was asked for.</summary>
    /// <exception cref="P2pControlException">The body is none, or too large.</exception>
    /// <exception cref="HttpRequestException">The body was cut off.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, long limit, CancellationToken cancellationToken)
        where T : class
    {
        if (!IsJson(response.Content.Headers.ContentType))
            throw NotOurs(response);
        if (response.Content.Headers.ContentLength > limit)
            throw TooLarge(response.StatusCode, limit);
        using BoundedStream body = new(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), limit);
        try
        {
            T? value = await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false);
            return value is null || Rows.HasNull(value) ? throw Invalid(response.StatusCode, "The answer has null in place of a record.") : value;
        }
        catch (JsonException e)
        {
            throw Invalid(response.StatusCode, "The answer is not the JSON of a control plane.", e);
        }
        catch (InvalidDataException e)
        {
            throw Unreadable(response.StatusCode, body, e);
        }
        catch (IOException e)
        {
            throw CutOff(e);
        }
    }

    public static bool IsJson(MediaTypeHeaderValue? type) =>
        type?.MediaType is { } name
        && (name.Equals("application/json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>Refuses a success of another media type.</summary>
    /// <exception cref="P2pControlException">It is one.</exception>
    public static void Require(HttpResponseMessage response, string mediaType)
    {
        if (!mediaType.Equals(response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase))
            throw NotOurs(response);
    }

    /// <summary>What the body claims to be, in words.</summary>
    private static string Kind(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } name ? PlainText.Of(name) : "of no media type";

    /// <summary>A success that is not a control plane's.</summary>
    public static P2pControlException NotOurs(HttpResponseMessage response) => new(
        P2pControlErrorCode.InvalidResponse,
        response.StatusCode,
        $"The answer is {Kind(response)}, which a control plane does not send.",
        "Check that BaseAddress is that of the control plane, with its prefix, and that no login page or proxy answers in its place.",
        innerException: null);

    public static P2pControlException Invalid(HttpStatusCode status, string detail, Exception? cause = null) =>
        new(P2pControlErrorCode.InvalidResponse, status, detail, cause);

    public static P2pControlException TooLarge(HttpStatusCode status, long limit) =>
        new(P2pControlErrorCode.ResponseTooLarge, status, $"The answer has more than {limit} bytes.");

    /// <summary>A body that goes on beyond its limit, or that a handler of the caller's cannot decompress.</summary>
    public static P2pControlException Unreadable(HttpStatusCode status, BoundedStream body, InvalidDataException cause) =>
        body.IsExceeded ? TooLarge(status, body.Limit) : Invalid(status, "The answer cannot be decompressed.", cause);

    /// <summary>What <see cref="HttpClient"/> throws when it reads the body itself.</summary>
    public static HttpRequestException CutOff(IOException cause) =>
        new((cause as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown, "The answer was cut off.", cause);
}
