using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>What one side sees when the other dies, freezes, stops or comes back.</summary>
[Platform(Exclude = "Win", Reason = "Sends signals, which Windows does not have.")]
public sealed class ProcessDeathTests
{
    private static readonly string[] ShortTimes = ["P2p:PingInterval=00:00:00.5", "P2p:StaleAfter=00:00:01.5", "P2p:CloseAfter=00:00:04"];

    // The configured 4 s, and room for a machine that is busy with other things.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(4 + 6);

    private int _port;
    private WebApp _a = null!;
    private WebApp _b = null!;

    [SetUp]
    public async Task StartBothAsync()
    {
        _port = FreePort.Next();
        _b = await StartBAsync();
        _a = await WebApp.StartAsync([$"P2p:Peers:0=tcp://127.0.0.1:{_port}", "P2p:DialPolicy:BackoffMaxPersistent=00:00:01", .. ShortTimes]);
        await _a.ConnectedPeerAsync();
        await _b.ConnectedPeerAsync();
    }

    [TearDown]
    public async Task StopBothAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Test]
    public async Task Kill9_OfTheListeningSide_IsSeenByTheDialler()
    {
        _b.Process.Kill();

        JsonObject row = await _a.PeerAsync(row => row.Text("state") is not ("Connected" or "Stale"), SeenWithin, "the row leaves Connected");

        row.Text("disconnect_reason").Should().Be("lost");
        (await _a.GetAsync("/p2p/status")).Number("peers_connected").Should().Be(0);
    }

    [Test]
    public async Task Kill9_OfTheDiallingSide_IsSeenByTheListener()
    {
        _a.Process.Kill();

        JsonObject row = await _b.PeerAsync(row => row.Text("state") == "Closed", SeenWithin, "the row is Closed");

        row.Text("disconnect_reason").Should().Be("lost");
    }

    [Test]
    public async Task Freeze_OfOneSide_GoesOverStaleToTheReasonStale()
    {
        await _b.Process.SignalAsync("STOP");

        await _a.PeerAsync(row => row.Text("state") == "Stale", SeenWithin, "the row is Stale");
        JsonObject row = await _a.PeerAsync(row => row.Text("state") is not ("Connected" or "Stale"), SeenWithin, "the row leaves Stale");

        row.Text("disconnect_reason").Should().Be("stale");
    }

    [Test]
    public async Task Restart_OfAPersistentPeer_IsConnectedAgain()
    {
        _b.Process.Kill();
        await _a.PeerAsync(row => row.Text("state") is not "Connected", SeenWithin, "the row leaves Connected");
        await _b.DisposeAsync();

        _b = await StartBAsync();

        // Without IdentityPath the new process is another peer: the old one's row may stay listed beside it.
        string id = (await _b.GetAsync("/p2p/status")).Text("id");
        await Poll.UntilAsync(
            _a.PeersAsync,
            rows => rows.Any(row => row["id"]?.GetValue<string>() == id && row.Text("state") == "Connected"),
            TimeSpan.FromSeconds(20),
            "the persistent peer is Connected again");
    }

    [Test]
    public async Task Sigterm_OfOneSide_EndsItWithCode0AndTellsTheOther()
    {
        await _b.Process.SignalAsync("TERM");

        int code = await _b.Process.WaitForExitAsync(TimeSpan.FromSeconds(15));
        JsonObject row = await _a.PeerAsync(row => row.Text("state") is not "Connected", SeenWithin, "the row leaves Connected");

        code.Should().Be(0, _b.Process.Output);
        row.Text("disconnect_reason").Should().Be("shutting_down");
    }

    private Task<WebApp> StartBAsync() => WebApp.StartAsync([$"P2p:ListenPort={_port}", .. ShortTimes]);
}
