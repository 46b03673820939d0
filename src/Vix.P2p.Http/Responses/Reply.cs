using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Responses;

/// <summary>
/// A body that is ready to be sent. It is serialised when it is made, by our own context: whatever can go wrong goes
/// wrong before the status is sent, and the host's JSON options play no part.
/// </summary>
internal sealed class Reply : IResult
{
    private const string Json = "application/json";

    /// <summary>The value of X-Content-Type-Options.</summary>
    public const string NoSniff = "nosniff";

    /// <summary>How our own records are written.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true };

    private readonly PooledByteWriter? _body;
    private readonly int _status;
    private readonly string _contentType;
    private readonly string _cacheControl;
    private readonly string? _etag;

    private Reply(PooledByteWriter? body, int status, string contentType, string cacheControl, string? etag)
    {
        _body = body;
        _status = status;
        _contentType = contentType;
        _cacheControl = cacheControl;
        _etag = etag;
    }

    /// <summary>The length of the body in bytes.</summary>
    public int Length => _body?.Written.Length ?? 0;

    /// <summary>An answer that is never stored.</summary>
    public static Reply Ok<T>(T value, JsonTypeInfo<T> type, int expectedLength = 0) =>
        new(Serialize(value, type, expectedLength), StatusCodes.Status200OK, Json, "no-store", etag: null);

    /// <summary>An answer that may be stored and is asked for anew each time.</summary>
    public static Reply Tagged<T>(T value, JsonTypeInfo<T> type, string etag, int expectedLength) =>
        new(Serialize(value, type, expectedLength), StatusCodes.Status200OK, Json, "no-cache", etag);

    /// <summary>What the caller has stored is still right.</summary>
    public static Reply NotModified(string etag) =>
        new(body: null, StatusCodes.Status304NotModified, Json, "no-cache", etag);

    /// <summary>An answer of another status, never stored.</summary>
    public static Reply Of<T>(int status, T value, JsonTypeInfo<T> type, string contentType) =>
        new(Serialize(value, type, 0), status, contentType, "no-store", etag: null);

    /// <summary>A body that is written already, never stored.</summary>
    public static Reply Written(PooledByteWriter body, string contentType) =>
        new(body, StatusCodes.Status200OK, contentType, "no-store", etag: null);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = _status;
        IHeaderDictionary headers = response.Headers;
        headers.CacheControl = _cacheControl;
        headers.XContentTypeOptions = NoSniff;
        if (_etag is not null)
            headers.ETag = _etag;
        if (_body is null)
            return;
        using PooledByteWriter body = _body;
        headers.ContentType = new StringValues(_contentType);
        response.ContentLength = body.Written.Length;
        await response.BodyWriter.WriteAsync(body.Written, httpContext.RequestAborted);
    }

    private static PooledByteWriter Serialize<T>(T value, JsonTypeInfo<T> type, int expectedLength)
    {
        PooledByteWriter body = new(expectedLength);
        try
        {
            using Utf8JsonWriter writer = new(body, WriterOptions);
            JsonSerializer.Serialize(writer, value, type);
        }
        catch
        {
            body.Dispose();
            throw;
        }

        return body;
    }
}
