using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Http.Tests.Support;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Requests to the control plane as a host maps it, routing and filters and all, over a node that only remembers. The first
/// byte of the input says which route; the rest is its body, its query or the end of its path. The answer is one that the
/// route has, never a failure of this side, and what is refused changes nothing.
/// </summary>
internal sealed class HttpTarget : IFuzzTarget
{
    private const int StatusState = 1000;
    private const string Ok = "ok";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly BodyTarget Bodies = new();
    private static readonly QueryTarget Queries = new();

    private static readonly Route[] Routes =
    [
        new("POST", "/p2p/connect", Part.Body), new("POST", "/p2p/persistent", Part.Body), new("POST", "/p2p/disconnect", Part.Body),
        new("GET", "/p2p/peers", Part.Query), new("DELETE", "/p2p/persistent", Part.Query),
        new("GET", "/p2p/peers/", Part.Path), new("GET", "/p2p/attempts/", Part.Path), new("DELETE", "/p2p/bans/", Part.Path),
    ];

    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;
    private readonly FakeNode _node = new() { OnWait = static (known, _) => Task.FromResult(known + 1) };
    private readonly PeerBan[] _bans;
    private readonly PersistentPeer[] _persistent;

    public HttpTarget()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRouting();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(new DiagnosticListener("fuzz"));
        services.AddSingleton<IP2pNode>(_node);
        _services = services.BuildServiceProvider();
        var pipeline = new ApplicationBuilder(_services);
        pipeline.UseRouting();
        pipeline.UseEndpoints(endpoints => endpoints.MapP2pControl());
        _pipeline = pipeline.Build();
        _bans = [.. _node.Bans];
        _persistent = [.. _node.Persistent];
    }

    private enum Part
    {
        Body,
        Query,
        Path,
    }

    public string Name => "http";

    public int MaxLength => Bodies.MaxLength;

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            for (byte i = 0; i < Routes.Length; i++)
            {
                IEnumerable<byte[]> texts = Routes[i].Part switch
                {
                    // Behind the claims that are that target's own.
                    Part.Body => Bodies.Seeds.Where(seed => seed[0] == 0).Select(seed => seed[1..]),
                    Part.Query => [.. Queries.Seeds.Where(seed => seed.Length > 0).Select(seed => seed[1..]), "endpoint=tcp%3A%2F%2F127.0.0.1%3A9002"u8.ToArray(), "endpoint=tcp%3A%2F%2F127.0.0.2%3A9002"u8.ToArray()],
                    _ => ((string[])["", "a", "a/b", "r12", "a1b2c3d4e5f60718", SampleData.PeerId2.ToString(), SampleData.PeerId1.ToString()]).Select(Encoding.UTF8.GetBytes),
                };
                foreach (byte[] text in texts)
                    yield return [i, .. text];
            }
        }
    }

    public IReadOnlyList<byte[]> Words { get; } =
        [.. Bodies.Words, .. Queries.Words, "endpoint="u8.ToArray(), "/"u8.ToArray(), "../"u8.ToArray(), "%2F"u8.ToArray(), Encoding.UTF8.GetBytes(SampleData.PeerId1.ToString())];

    public IReadOnlyCollection<string> Outcomes { get; } =
        [Ok, "invalid_json", "invalid_endpoint", "unsupported_scheme", "invalid_query", "payload_too_large", "peer_not_found", "attempt_not_found", "not_found"];

    // What a node was made to do.
    private int Changes => _node.Connects.Count + _node.Disconnects.Count + Math.Abs(_node.Bans.Count - _bans.Length) + Math.Abs(_node.Persistent.Count - _persistent.Length);

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        if (input.IsEmpty)
            return;
        int number = input[0] % Routes.Length;
        Route route = Routes[number];
        Restore();
        using var answer = new MemoryStream();
        DefaultHttpContext http = Ask(route, input[1..].ToArray(), answer);
        Broken.Unless(_pipeline(http).Wait(Patience), "an answer does not come");

        int status = http.Response.StatusCode;
        string outcome = status < 400 ? Ok : CodeOf(answer.ToArray());
        coverage.Visit(StatusState + (status * Routes.Length) + number);
        coverage.Reach(outcome);
        coverage.Visit((number * 16) + Coverage.Size(input.Length));
        Broken.Unless(status is 200 or (>= 400 and < 500), $"the status is {status}");
        Broken.Unless(Changes == 0 || (status == 200 && route.Method != "GET"), "what is refused, or only read, changes something");
    }

    public void Dispose() => _services.Dispose();

    private static string CodeOf(byte[] answer)
    {
        using JsonDocument error = JsonDocument.Parse(answer);
        Broken.Unless(!error.RootElement.GetProperty("ok").GetBoolean(), "an error says that it is none");
        return error.RootElement.GetProperty("error").GetString()!;
    }

    private static DefaultHttpContext AskFor(Route route, string path, string query)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = route.Method;
        http.Request.Scheme = "http";
        http.Request.Host = new HostString("localhost");
        // Not by the conversion from a string, which would decode it.
        http.Request.Path = new PathString(path);
        http.Request.QueryString = new QueryString(query);
        return http;
    }

    private DefaultHttpContext Ask(Route route, byte[] rest, MemoryStream answer)
    {
        // As a server hands them on: the path is decoded, the query is not.
        DefaultHttpContext http = AskFor(
            route,
            route.Part == Part.Path ? route.Path + Encoding.UTF8.GetString(rest) : route.Path,
            route.Part == Part.Query ? "?" + Encoding.Latin1.GetString(rest) : "");
        http.RequestServices = _services;
        http.Response.Body = answer;
        if (route.Part != Part.Body)
            return http;
        http.Request.ContentType = "application/json";
        http.Features.Set<IRequestBodyPipeFeature>(new PieceBody(new PieceReader(rest, new Cuts(rest))));
        return http;
    }

    private void Restore()
    {
        _node.Connects.Clear();
        _node.Disconnects.Clear();
        _node.Queries.Clear();
        _node.Bans.Clear();
        _node.Bans.AddRange(_bans);
        _node.Persistent.Clear();
        _node.Persistent.AddRange(_persistent);
    }

    private sealed record Route(string Method, string Path, Part Part);

    private sealed class PieceBody(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
