using System.Net;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Samples;

public sealed class ChatTests
{
    private ChildProcess _alice = null!;
    private ChildProcess _bob = null!;
    private HttpClient _aliceHttp = null!;
    private HttpClient _bobHttp = null!;

    [SetUp]
    public async Task StartAsync()
    {
        int port = FreePort.Next();
        (_alice, _aliceHttp) = await StartAsync("alice", port);
        (_bob, _bobHttp) = await StartAsync("bob", FreePort.Next(), "--P2p:Peers:0", $"tcp://127.0.0.1:{port}");
        await Poll.UntilAsync(() => _bobHttp.GetStringAsync("/p2p/peers"), peers => peers.Contains("\"Connected\"", StringComparison.Ordinal), SampleProcess.Patience, "bob is connected");
    }

    [TearDown]
    public async Task StopAsync()
    {
        _aliceHttp.Dispose();
        _bobHttp.Dispose();
        await _bob.DisposeAsync();
        await _alice.DisposeAsync();
    }

    [Test]
    public async Task Say_OnOneSide_ShowsOnBoth()
    {
        (await SayAsync(_bobHttp, "hello alice")).Should().Be("queued for 1 of 1 peers\n");
        JsonArray seen = await LinesAsync(_aliceHttp, 1);
        await SayAsync(_aliceHttp, "hello bob");
        JsonArray both = await LinesAsync(_bobHttp, 2);

        seen[0]!["name"]!.GetValue<string>().Should().Be("bob");
        seen[0]!["text"]!.GetValue<string>().Should().Be("hello alice");
        seen[0]!["peer_id"]!.GetValue<string>().Should().HaveLength(64);
        both.Select(line => line!["text"]!.GetValue<string>()).Should().Equal("hello alice", "hello bob");
    }

    [Test]
    public async Task Say_WithWhatSteersATerminal_ShowsThePrintableRest()
    {
        await SayAsync(_bobHttp, "red \u001b[31m and \u202eback" + new string('x', 600));

        string text = (await LinesAsync(_aliceHttp, 1))[0]!["text"]!.GetValue<string>();
        text.Should().StartWith("red [31m and backxxx").And.HaveLength(500);
    }

    [Test]
    public async Task Say_WithNothingPrintable_IsRefused()
    {
        using HttpResponseMessage answer = await _bobHttp.PostAsync("/say?text=%1b%07", null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Say_FromAPageOfAnotherSite_IsRefused()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/say?text=hello");
        request.Headers.Add("Origin", "http://elsewhere.example");
        using HttpResponseMessage answer = await _bobHttp.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await LinesAsync(_bobHttp, 0)).Should().BeEmpty();
    }

    [Test]
    public async Task Say_AfterThePeerWasKilled_GoesOnAlone()
    {
        _alice.Kill();
        await Poll.UntilAsync(() => SayAsync(_bobHttp, "anybody there?"), said => said == "queued for 0 of 0 peers\n", SampleProcess.Patience, "bob is alone");

        _bob.IsRunning.Should().BeTrue();
    }

    private static async Task<(ChildProcess Process, HttpClient Http)> StartAsync(string name, int port, params string[] more)
    {
        int http = FreePort.Next();
        ChildProcess process = SampleProcess.Start("Chat", ["--urls", $"http://127.0.0.1:{http}", "--P2p:NodeId", name, "--P2p:ListenPort", $"{port}", .. more]);
        await process.WaitForOutputAsync($"Chat of {name}", SampleProcess.Patience);
        return (process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") });
    }

    private static async Task<string> SayAsync(HttpClient http, string text)
    {
        using HttpResponseMessage answer = await http.PostAsync($"/say?text={Uri.EscapeDataString(text)}", null);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<JsonArray> LinesAsync(HttpClient http, int count) => JsonNode.Parse(await Poll.UntilAsync(
        () => http.GetStringAsync("/messages"), lines => JsonNode.Parse(lines)!.AsArray().Count == count, SampleProcess.Patience, $"{count} lines"))!.AsArray();
}
