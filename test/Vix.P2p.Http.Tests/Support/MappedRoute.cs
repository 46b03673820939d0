using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>A route of a control plane as it is mapped, with a request that it takes.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Pattern">Its whole pattern.</param>
/// <param name="Endpoint">What routing knows of it.</param>
internal sealed partial record MappedRoute(string Method, string Pattern, RouteEndpoint Endpoint)
{
    // What a route needs that is not in its path. A route that takes a body has to be here, or it cannot be tested.
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /p2p/connect"] = """{"host":"192.0.2.7","port":9001}""",
        ["POST /p2p/disconnect"] = $$"""{"id":"{{SampleData.PeerId1}}"}""",
        ["POST /p2p/persistent"] = """{"host":"192.0.2.7","port":9001}""",
    };

    private static readonly Dictionary<string, string> Queries = new()
    {
        ["DELETE /p2p/persistent"] = "?endpoint=tcp%3A%2F%2F192.0.2.7%3A9001",
    };

    public string Name => $"{Method} {Pattern.TrimEnd('/')}";

    /// <summary>A path that leads to it.</summary>
    public string Path => Parameter().Replace(Pattern, SampleData.PeerId1.ToString());

    public string PathAndQuery => Path + Queries.GetValueOrDefault(Name);

    /// <summary>A body that it takes; null where it takes none.</summary>
    public string? Body => TakesBody ? Bodies[Name] : null;

    public bool Changes => !PageOrigin.IsSafe(Method);

    public bool TakesBody => Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null;

    public bool IsProtected => Endpoint.Metadata.GetMetadata<AccessMetadata>()!.IsProtected;

    /// <summary>Part of the dashboard, which holds no data and is open where a key is set.</summary>
    public bool IsPage => Endpoint.Metadata.GetMetadata<AccessMetadata>()!.IsPage;

    public bool IsHeavy => Endpoint.Metadata.GetMetadata<HeavyMetadata>() is not null;

    /// <summary>All that answer a method of their own: neither their siblings nor the catch-all.</summary>
    public static IReadOnlyList<MappedRoute> Of(ControlApp app) =>
    [
        .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ControlPlane>() is not null && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)
            .Select(endpoint => new MappedRoute(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single(), endpoint.RoutePattern.RawText!, endpoint)),
    ];

    /// <summary>Starts an app whose streams and waits end at once, and whose node has something of everything.</summary>
    public static async Task<ControlApp> StartAsync(ControlAppSetup? setup = null)
    {
        ControlApp app = await ControlApp.StartAsync(setup ?? new ControlAppSetup());
        app.Node.OnWatch = static (_, _) => AsyncEnumerable.Empty<PeerEvent>();
        app.Node.OnWatchLog = static (_, _) => AsyncEnumerable.Empty<NodeLogLine>();
        app.Node.OnWait = static (known, _) => Task.FromResult(known + 1);
        app.Node.Bans.Add(new PeerBan(SampleData.PeerId1, SampleData.Day, TimeSpan.FromHours(1), TimeSpan.FromMinutes(50)));
        app.Node.Persistent.Add(new PersistentPeer { Endpoint = PeerEndpoint.Parse("tcp://192.0.2.7:9001"), Key = "r13", State = PeerState.Disconnected, Paused = false });
        return app;
    }

    /// <summary>Shows whatever a request may have changed.</summary>
    public static string StateOf(FakeNode node) =>
        $"connects {node.Connects.Count}, disconnects {node.Disconnects.Count}, bans {node.Bans.Count}, persistent {node.Persistent.Count}";

    /// <summary>Sends the request that the route takes. The answer is given before its body has come, for that may be a stream.</summary>
    public Task<HttpResponseMessage> SendAsync(ControlApp app, params (string Name, string Value)[] headers) =>
        SendAsync(app, PathAndQuery, Body is { } json ? Json(json) : null, headers);

    public Task<HttpResponseMessage> SendAsync(ControlApp app, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(new HttpMethod(Method), path) { Content = content };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        return app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static HttpContent Json(string json) => new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

    public override string ToString() => Name;

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
