using System.IO.Compression;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>A response that stays open, read as it comes: line by line, or as server-sent events.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly StreamReader _lines;

    private OpenStream(HttpResponseMessage response, Stream body)
    {
        Response = response;
        _lines = new StreamReader(body);
    }

    public HttpResponseMessage Response { get; }

    public static Task<OpenStream> EventsAsync(ControlApp app, string query = "", string? lastEventId = null) =>
        OpenAsync(app, "/p2p/events" + query, lastEventId is null ? [] : [("Last-Event-ID", lastEventId)]);

    public static Task<OpenStream> OpenAsync(ControlApp app, string path, params (string Name, string Value)[] headers) =>
        OpenAsync(app.Client, app.Client.BaseAddress is null ? app.Address + path : path, HttpVersion.Version11, headers);

    public static async Task<OpenStream> OpenAsync(HttpClient client, string path, Version version, params (string Name, string Value)[] headers)
    {
        HttpResponseMessage response = await SendAsync(client, path, version, headers);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await OfAsync(response);
    }

    /// <summary>Opens a stream as soon as there is a place for it: one is given back a moment after its reader has gone.</summary>
    public static async Task<OpenStream> OpenWhenFreeAsync(ControlApp app, string path)
    {
        HttpResponseMessage? response = null;
        while (response is null or { StatusCode: HttpStatusCode.TooManyRequests })
        {
            response?.Dispose();
            await Task.Yield();
            response = await SendAsync(app.Client, path, HttpVersion.Version11, []);
        }

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await OfAsync(response);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, Version version, (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.RelativeOrAbsolute)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }

    private static async Task<OpenStream> OfAsync(HttpResponseMessage response)
    {
        Stream body = await response.Content.ReadAsStreamAsync();
        return new OpenStream(response, response.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(body, CompressionMode.Decompress) : body);
    }

    /// <summary>The next line; null at the orderly end.</summary>
    public Task<string?> LineAsync() => _lines.ReadLineAsync().Soon();

    /// <summary>The next message or comment; null at the orderly end.</summary>
    public async Task<StreamMessage?> NextAsync()
    {
        StreamMessage message = new();
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0)
                return message;
            (string field, string value) = line.Split(':', 2) is [var name, var rest] ? (name, rest.StartsWith(' ') ? rest[1..] : rest) : (line, "");
            message = field switch
            {
                "" => message with { Comment = value },
                "event" => message with { Type = value },
                "id" => message with { Id = value },
                "data" when message.Data is null => message with { Data = value },
                _ => throw new InvalidOperationException($"'{line}' is no line of a stream."),
            };
        }

        return null;
    }

    /// <summary>The next message, which is of that type.</summary>
    public async Task<StreamMessage> NextAsync(string type)
    {
        StreamMessage? message = await NextAsync();
        message.Should().NotBeNull("{0} is to come", type);
        message!.Type.Should().Be(type);
        return message;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        Response.Dispose();
        return ValueTask.CompletedTask;
    }
}
