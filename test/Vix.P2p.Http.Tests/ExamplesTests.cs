using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests;

/// <summary>
/// Compares every body with its example in docs/control-api.md, and both with those that the OpenAPI document shows.
/// VIX_UPDATE_SNAPSHOTS=1 writes the examples anew; what the OpenAPI document shows is embedded, so build again then.
/// </summary>
public partial class ExamplesTests
{
    private const string ConnectRequest = """{"host":"127.0.0.1","port":9002,"scheme":"tcp"}""";

    private static readonly string DisconnectRequest = $$"""{"id":"{{SampleData.PeerId1}}"}""";

    private static readonly string BanRequest = $$"""{"id":"{{SampleData.PeerId1}}","ban_ms":3600000}""";

    private const string PersistentRequest = """{"host":"192.0.2.9","port":9001}""";

    private static readonly Dictionary<string, Func<ControlApp, Task<string>>> Examples = new()
    {
        ["index"] = app => app.Client.GetStringAsync("/p2p"),
        ["ping"] = app => app.Client.GetStringAsync("/p2p/ping"),
        ["status"] = app => app.Client.GetStringAsync("/p2p/status"),
        ["peers"] = app => app.Client.GetStringAsync("/p2p/peers"),
        ["peers-page"] = app =>
        {
            app.Node.OnQuery = _ => new PeerPage(17, 3, 2, [SampleData.Connected], SampleData.Cursor);
            return app.Client.GetStringAsync("/p2p/peers?state=Connected,Disconnected&limit=1");
        },
        ["peers-query-error"] = async app => await (await app.GetAsync("/p2p/peers?limit=10000")).Content.ReadAsStringAsync(),
        ["peer"] = app => app.Client.GetStringAsync("/p2p/peers/" + SampleData.PeerId1),
        ["connect-request"] = _ => Task.FromResult(ConnectRequest),
        ["connect"] = app => PostAsync(app, "/p2p/connect", ConnectRequest),
        ["connect-backoff"] = app =>
        {
            app.Node.OnConnect = (endpoint, _) => new ConnectResult(false, endpoint, P2pReason.Backoff) { State = PeerState.Disconnected, RetryAfter = TimeSpan.FromMilliseconds(2_750) };
            return PostAsync(app, "/p2p/connect", """{"host":"192.0.2.7","port":9001}""");
        },
        ["disconnect-request"] = _ => Task.FromResult(DisconnectRequest),
        ["disconnect"] = app => PostAsync(app, "/p2p/disconnect", DisconnectRequest),
        ["ban-request"] = _ => Task.FromResult(BanRequest),
        ["ban"] = app => PostAsync(app, "/p2p/disconnect", BanRequest),
        ["ban-ahead"] = app => PostAsync(app, "/p2p/disconnect", $$"""{"id":"{{SampleData.PeerId2}}","ban_ms":3600000}"""),
        ["attempts"] = app => app.Client.GetStringAsync("/p2p/attempts"),
        ["attempt"] = app => app.Client.GetStringAsync("/p2p/attempts/" + SampleData.Refused.Id),
        ["persistent"] = app => app.Client.GetStringAsync("/p2p/persistent"),
        ["persistent-request"] = _ => Task.FromResult(PersistentRequest),
        ["persistent-added"] = app => PostAsync(app, "/p2p/persistent", PersistentRequest),
        ["persistent-removed"] = app => DeleteAsync(app, "/p2p/persistent?endpoint=tcp://192.0.2.7:9001"),
        ["bans"] = app => app.Client.GetStringAsync("/p2p/bans"),
        ["unban"] = app => DeleteAsync(app, "/p2p/bans/" + SampleData.PeerId2),
        ["health"] = app => app.Client.GetStringAsync("/p2p/health/live"),
        ["health-not"] = async app =>
        {
            app.Node.Status = SampleData.Status with { IsLive = false };
            using HttpResponseMessage response = await app.GetAsync("/p2p/health/live");
            return await response.Content.ReadAsStringAsync();
        },
        ["events"] = app => EventsAsync(app),
        ["event"] = async app => (await EventsAsync(app)).Split("\ndata: ")[2].Split('\n')[0],
        ["logs"] = app => LogsAsync(app, "text/plain"),
        ["log-line"] = async app => (await LogsAsync(app, "application/x-ndjson")).Split('\n')[0],
        ["error"] = app => PostAsync(app, "/p2p/connect", """{"host":"127.0.0.1","port":"9002"}"""),
    };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Test]
    public async Task Documentation_EveryExample_IsTheRealBody()
    {
        string path = Snapshot.FromRoot("docs/control-api.md");
        string document = await File.ReadAllTextAsync(path);
        Dictionary<string, string> real = [];
        foreach ((string name, Func<ControlApp, Task<string>> body) in Examples)
        {
            await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(new StoppedClock()) });
            real.Add(name, Show(TraceId().Replace(await body(app), "4bf92f3577b34da6a3ce929d0e0e4736")));
        }

        Snapshot.Compare("src/Vix.P2p.Http/Description/examples.json", Embedded(real));

        if (Snapshot.Update)
        {
            document = Example().Replace(document, match => $"<!-- example: {match.Groups[1].Value} -->\n```{match.Groups[2].Value}\n{real[match.Groups[1].Value]}\n```");
            await File.WriteAllTextAsync(path, document);
        }

        MatchCollection shown = Example().Matches(document);
        shown.Select(match => match.Groups[1].Value).Should().BeEquivalentTo(Examples.Keys);
        foreach (Match match in shown)
            match.Groups[3].Value.Trim('\n').Should().Be(real[match.Groups[1].Value], "docs/control-api.md shows {0}", match.Groups[1].Value);
    }

    [Test]
    public async Task GettingStarted_TheProgramThatSends_Compiles()
    {
        string document = await File.ReadAllTextAsync(Snapshot.FromRoot("docs/getting-started.md"));
        string source = await File.ReadAllTextAsync(Snapshot.FromRoot("test/Vix.P2p.Http.Tests/Support/GettingStarted.cs"));

        string program = CompiledRegion().Match(source).Groups[1].Value.Replace("\n        ", "\n", StringComparison.Ordinal).Trim();

        program.Should().NotBeEmpty();
        document.Should().Contain($"```csharp\nusing System.Text;\nusing Vix.P2p;\n\n{program}\n```");
    }

    [Test]
    public async Task Documentation_EveryErrorCode_IsInTheTable()
    {
        string document = await File.ReadAllTextAsync(Snapshot.FromRoot("docs/control-api.md"));
        string[] listed = [.. ErrorRow().Matches(document).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}")];

        string[] known = [.. typeof(Responses.ErrorKind).GetFields().Select(field => field.GetValue(null)).OfType<Responses.ErrorKind>().Select(kind => $"{kind.Status} {kind.Code}")];

        listed.Should().BeEquivalentTo(known);
    }

    [Test]
    public async Task Documentation_EverySetting_IsInTheTable()
    {
        string document = await File.ReadAllTextAsync(Snapshot.FromRoot("docs/control-api.md"));
        string table = document[document.IndexOf("| setting of `P2p:Control`", StringComparison.Ordinal)..];

        SettingRow().Matches(table).Select(match => match.Groups[1].Value).Should().BeEquivalentTo(typeof(P2pControlOptions).GetProperties().Select(property => property.Name));
    }

    private static async Task<string> PostAsync(ControlApp app, string path, string json)
    {
        using HttpResponseMessage response = await app.PostAsync(path, json);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> DeleteAsync(ControlApp app, string path)
    {
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Delete, path, null);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    // One event, then the node stops, and the stream with it.
    private static Task<string> EventsAsync(ControlApp app)
    {
        Watched<PeerEvent> events = new();
        events.Kept.Add(new PeerEvent(PeerEventKind.PeerConnected, 18, SampleData.Day.AddSeconds(2), SampleData.Connected, P2pReason.None));
        events.End();
        app.Node.OnWatch = events.WatchAsync;
        return app.Client.GetStringAsync("/p2p/events?status_ms=0");
    }

    private static async Task<string> LogsAsync(ControlApp app, string accept)
    {
        app.Node.LogLines.AddRange(SampleData.LogLines);
        using HttpResponseMessage response = await app.GetAsync("/p2p/logs", ("Accept", accept));
        return await response.Content.ReadAsStringAsync();
    }

    private static string Show(string body)
    {
        body.Should().NotContain("\\u", "what people read on a terminal needs no escapes");
        return IsJson(body, out JsonNode? json) ? json!.ToJsonString(Indented) : body.TrimEnd('\n');
    }

    // A body that is not JSON, such as lines or events, is one string.
    private static string Embedded(Dictionary<string, string> real)
    {
        JsonObject all = [];
        foreach ((string name, string body) in real.OrderBy(example => example.Key, StringComparer.Ordinal))
            all.Add(name, IsJson(body, out JsonNode? json) ? json : JsonValue.Create(body + "\n"));
        return all.ToJsonString(Indented) + "\n";
    }

    private static bool IsJson(string body, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }

    [GeneratedRegex("<!-- example: ([a-z-]+) -->\n```(json|text)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("#region first message\n(.*?)#endregion", RegexOptions.Singleline)]
    private static partial Regex CompiledRegion();

    [GeneratedRegex("(?<=\"trace_id\":\")[^\"]+")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"^\| (\d{3}) \| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex(@"^\| `([A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();
}
