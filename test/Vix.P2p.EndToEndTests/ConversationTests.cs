using System.Globalization;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>Two processes find each other over TCP and are observed and steered over HTTP.</summary>
public sealed class ConversationTests
{
    private int _portA;
    private int _portB;
    private WebApp _a = null!;
    private WebApp _b = null!;

    [SetUp]
    public async Task StartBothAsync()
    {
        (_portA, _portB) = (FreePort.Next(), FreePort.Next());
        Task<WebApp> a = WebApp.StartAsync($"P2p:ListenPort={_portA}", "P2p:NodeId=node-A");
        Task<WebApp> b = WebApp.StartAsync($"P2p:ListenPort={_portB}", "P2p:NodeId=node-B");
        (_a, _b) = (await a, await b);
    }

    [TearDown]
    public async Task StopBothAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Test]
    public async Task Status_OfANodeWithoutPeers_BeginsWithTheBaseMembers()
    {
        string status = await _a.GetTextAsync("/p2p/status");

        status.Should().StartWith("""{"ok":true,"running":true,"peers_total":0,"peers_connected":0,"handshakes_started":0,"handshakes_completed":0""");
    }

    [Test]
    public async Task Ping_Always_AnswersTheExactBody()
    {
        string body = await _a.GetTextAsync("/p2p/ping");

        body.Should().Be("""{"ok":true,"pong":true,"module":"p2p_http"}""");
    }

    [Test]
    public async Task Connect_ToARunningNode_ShowsOneSecurePeerOnBothSides()
    {
        string decided = await ConnectAsync();
        decided.Should().StartWith(string.Create(CultureInfo.InvariantCulture, $$"""{"ok":true,"started":true,"endpoint":"tcp://127.0.0.1:{{_portB}}" """).TrimEnd());

        JsonObject dialled = await _a.ConnectedPeerAsync();
        dialled.Text("endpoint").Should().Be($"tcp://127.0.0.1:{_portB}");
        dialled.Text("node_id").Should().Be("node-B");
        dialled.Text("id").Should().Be((await _b.GetAsync("/p2p/status")).Text("id"));
        dialled.Flag("secure").Should().BeTrue();
        dialled.Number("last_seen_ms").Should().BeInRange(0, 15_000);

        JsonObject accepted = await _b.ConnectedPeerAsync();
        accepted.Text("endpoint").Should().Be($"tcp://127.0.0.1:{_portA}", "an inbound peer is shown with the port it announced");
        accepted.Text("node_id").Should().Be("node-A");
        accepted.Text("id").Should().Be((await _a.GetAsync("/p2p/status")).Text("id"));
        accepted.Flag("secure").Should().BeTrue();

        foreach (WebApp app in (WebApp[])[_a, _b])
        {
            string status = await app.GetTextAsync("/p2p/status");
            status.Should().StartWith("""{"ok":true,"running":true,"peers_total":1,"peers_connected":1,"handshakes_started":1,"handshakes_completed":1""");
        }
    }

    [Test]
    public async Task Connect_ToAConnectedPeer_StartsNothing()
    {
        await ConnectAsync();
        await _a.ConnectedPeerAsync();

        JsonObject decided = JsonNode.Parse(await ConnectAsync())!.AsObject();

        decided.Flag("ok").Should().BeTrue();
        decided.Flag("started").Should().BeFalse();
        decided.Text("reason").Should().Be("already_connected");
        (await _a.GetAsync("/p2p/status")).Number("handshakes_started").Should().Be(1);
    }

    [Test]
    public async Task Connect_WhereNobodyListens_ShowsTheReason()
    {
        await _b.Process.SignalAsync("KILL");
        await _b.Process.WaitForExitAsync(TimeSpan.FromSeconds(10));

        JsonObject decided = JsonNode.Parse(await ConnectAsync())!.AsObject();
        JsonObject row = await _a.PeerAsync(
            row => row["last_error"] is not null, TimeSpan.FromSeconds(10), "the failed dial is shown");

        decided.Flag("started").Should().BeTrue();
        row["last_error"]!.AsObject().Text("code").Should().Be("connection_refused");
        (await _a.GetAsync("/p2p/status")).Number("peers_connected").Should().Be(0);
    }

    [Test]
    public async Task Disconnect_OfAConnectedPeer_ClosesItOnBothSides()
    {
        await ConnectAsync();
        JsonObject peer = await _a.ConnectedPeerAsync();

        string answer = await _a.PostTextAsync("/p2p/disconnect", $$"""{"id":"{{peer.Text("id")}}"}""");

        answer.Should().StartWith("""{"ok":true""");
        JsonObject here = await _a.PeerAsync(row => row.Text("state") == "Closed", TimeSpan.FromSeconds(10), "closed where it was asked for");
        here.Text("disconnect_reason").Should().Be("requested");
        JsonObject there = await _b.PeerAsync(row => row.Text("state") == "Closed", TimeSpan.FromSeconds(10), "closed on the other side");
        there.Text("disconnect_reason").Should().Be("normal");
    }

    [Test]
    public async Task Log_OfTheDialler_HoldsTheThreeLines()
    {
        await ConnectAsync();
        JsonObject peer = await _a.ConnectedPeerAsync();

        await _a.Process.WaitForOutputAsync($"[p2p] connect() requested: tcp://127.0.0.1:{_portB}", TimeSpan.FromSeconds(5));
        await _a.Process.WaitForOutputAsync($"[p2p] connect() ready: peer_id={peer.Text("id")}", TimeSpan.FromSeconds(5));
        await _a.Process.WaitForOutputAsync("[p2p] handshake completed", TimeSpan.FromSeconds(5));
        await _a.Process.WaitForOutputAsync("info: Vix.P2p[", TimeSpan.FromSeconds(5));
    }

    private Task<string> ConnectAsync() =>
        _a.PostTextAsync("/p2p/connect", $$"""{"host":"127.0.0.1","port":{{_portB}},"scheme":"tcp"}""");
}
