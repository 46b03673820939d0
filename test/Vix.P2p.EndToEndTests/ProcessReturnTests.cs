using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>Processes that were away, and are the same peer when they are back.</summary>
[Platform(Exclude = "Win", Reason = "Sends signals, which Windows does not have.")]
public sealed class ProcessReturnTests
{
    private static readonly string[] ShortTimes =
    [
        "P2p:PingInterval=00:00:00.5", "P2p:StaleAfter=00:00:01.5", "P2p:CloseAfter=00:00:04", "P2p:HandshakeTimeout=00:00:02",
        "P2p:DialPolicy:BackoffMaxPersistent=00:00:01",
    ];

    // The configured 4 s, and room for a machine that is busy with other things.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(4 + 20);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Freeze_UntilTheOtherHasClosed_EndsWithTheLinkBack(bool ofTheDialler)
    {
        int port = FreePort.Next();
        await using WebApp b = await WebApp.StartAsync([$"P2p:ListenPort={port}", .. ShortTimes]);
        await using WebApp a = await WebApp.StartAsync([$"P2p:Peers:0=tcp://127.0.0.1:{port}", .. ShortTimes]);
        await a.ConnectedPeerAsync();
        await b.ConnectedPeerAsync();
        (WebApp frozen, WebApp other) = ofTheDialler ? (a, b) : (b, a);

        await frozen.Process.SignalAsync("STOP");
        await other.PeerAsync(row => row.Text("state") == "Stale", SeenWithin, "the row is Stale");
        JsonObject left = await other.PeerAsync(row => row.Text("state") is not ("Connected" or "Stale"), SeenWithin, "the row leaves Stale");
        left.Text("disconnect_reason").Should().Be("stale");
        await frozen.Process.SignalAsync("CONT");

        foreach (WebApp app in (WebApp[])[a, b])
        {
            // The second handshake tells the link that came back from the one that a frozen process still takes for alive.
            await Poll.UntilAsync(
                () => app.GetAsync("/p2p/status"),
                status => status.Number("handshakes_completed") >= 2 && status.Number("peers_connected") == 1,
                SeenWithin,
                "connected by another handshake");
            (await app.PeersAsync()).Should().ContainSingle();
        }
    }

    [Test]
    public async Task Kill9_AndAStartWithTheSameIdentity_IsTheSamePeerAgain()
    {
        int port = FreePort.Next();
        string[] settings = [$"P2p:ListenPort={port}", $"P2p:IdentityPath={Path.Combine(PackedPackages.NewFolder(), "identity.pem")}", .. ShortTimes];
        WebApp b = await WebApp.StartAsync(settings);
        string id = (await b.GetAsync("/p2p/status")).Text("id");
        await using WebApp a = await WebApp.StartAsync([$"P2p:Peers:0=tcp://127.0.0.1:{port}#{id}", .. ShortTimes]);
        await a.ConnectedPeerAsync();

        b.Process.Kill();
        await a.PeerAsync(row => row.Text("state") is not "Connected", SeenWithin, "the row leaves Connected");
        await b.DisposeAsync();
        await using WebApp again = await WebApp.StartAsync(settings);

        JsonObject row = await a.PeerAsync(row => row.Text("state") == "Connected", SeenWithin, "the one row is Connected again");
        row.Text("id").Should().Be(id);
        await again.ConnectedPeerAsync();
    }
}
