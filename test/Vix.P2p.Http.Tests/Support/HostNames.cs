using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Host headers, and which of them name this machine.</summary>
internal static class HostNames
{
    public static readonly (string Host, bool Local)[] All =
    [
        ("localhost", true),
        ("LocalHost", true),
        ("localhost:5180", true),
        ("localhost:65535", true),
        ("127.0.0.1", true),
        ("127.0.0.1:5180", true),
        ("127.255.255.254", true),
        ("[::1]", true),
        ("[::1]:5180", true),
        ("[::ffff:127.0.0.1]", true),
        ("[::FFFF:127.0.0.1]:80", true),
        ("evil.example", false),
        ("localhost.evil", false),
        ("localhost.evil.example:5180", false),
        ("evil.localhost", false),
        ("xlocalhost", false),
        ("localhost.", false),
        ("127.0.0.1.", false),
        ("127.0.0.1.evil.example", false),
        ("127.1", false),
        ("127.0.1", false),
        ("0177.0.0.1", false),
        ("0x7f.0.0.1", false),
        ("0x7f000001", false),
        ("2130706433", false),
        ("127.0.0.01", false),
        ("0.0.0.0", false),
        ("0", false),
        ("10.0.0.1", false),
        ("128.0.0.1", false),
        ("[::]", false),
        ("[0:0:0:0:0:0:0:1]", false),
        ("[::01]", false),
        ("[::127.0.0.1]", false),
        ("[::7f00:1]", false),
        ("[::ffff:7f00:1]", false),
        ("[::1%25lo]", false),
        ("[::1%lo]", false),
        ("[2001:db8::1]", false),
        ("[127.0.0.1]", false),
        ("[localhost]", false),
        ("[::1", false),
        ("[::1]x", false),
        ("::1", false),
        ("localhost:", false),
        ("localhost:0", false),
        ("localhost:080", false),
        ("localhost:65536", false),
        ("localhost:+80", false),
        ("localhost:5180:1", false),
        ("localhost:evil", false),
        ("localhost@evil", false),
        ("evil@localhost", false),
        ("localhost/evil", false),
        ("localhost,evil", false),
        ("local host", false),
        ("ⓛocalhost", false),
        ("xn--localhost", false),
        ("", false),
    ];

    /// <summary>Hands the server the header itself: a client would correct some of these.</summary>
    public static async Task<HttpResponseMessage> SendAsync(ControlApp app, string method, string path, string? json, string host)
    {
        int query = path.IndexOf('?', StringComparison.Ordinal);
        HttpContext http = await app.Server.SendAsync(context =>
        {
            context.Request.Method = method;
            context.Request.Path = query < 0 ? path : path[..query];
            context.Request.QueryString = new QueryString(query < 0 ? "" : path[query..]);
            context.Request.Headers.Host = host;
            if (json is null)
                return;
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        });
        HttpResponseMessage response = new((HttpStatusCode)http.Response.StatusCode) { Content = new StreamContent(http.Response.Body) };
        foreach ((string name, StringValues value) in http.Response.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, (string?)value))
                response.Content.Headers.TryAddWithoutValidation(name, (string?)value);
        }

        return response;
    }
}
