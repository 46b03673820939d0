using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Many peers, and many times the same.</summary>
[TestFixture]
public sealed class CrowdTests
{
    [Test]
    public async Task HundredNodes_OneHub_AllConnectAndAllAreTold()
    {
        const int count = 100;
        await using var hub = await TestNode.StartAsync(options => options.NodeId = "hub");
        var spokes = await Task.WhenAll(Enumerable.Range(0, count).Select(number => TestNode.StartAsync(options =>
        {
            options.NodeId = $"spoke-{number}";
            options.ListenOnAnyPort = false;
            options.Peers = [$"{hub.Address}#{hub.Id}"];
            options.DialPolicy.BackoffMaxPersistent = TimeSpan.FromSeconds(1);
        })));

        await hub.UntilAsync(() => hub.Connected.Count == count);
        hub.Connected.Select(peer => peer.Id!.Value).Should().BeEquivalentTo(spokes.Select(spoke => spoke.Id));
        hub.Connected.Select(peer => peer.NodeId).Should().OnlyHaveUniqueItems();
        hub.Status.PeersConnected.Should().Be(count);

        await hub.Node.StopAsync().Soon();
        foreach (var spoke in spokes)
            await spoke.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
        await Task.WhenAll(spokes.Select(spoke => spoke.DisposeAsync().AsTask()));
    }

    [Test]
    public async Task ConnectAndDisconnect_TwoHundredTimes_LeavesNothing()
    {
        await using var a = await TestNode.StartAsync(options => options.ListenOnAnyPort = false);
        await using var b = await TestNode.StartAsync();
        await RepeatAsync(a, b, 20);
        var before = Handles();

        await RepeatAsync(a, b, 200);

        Handles().Should().BeLessThan(before + 20);
        foreach (var node in new[] { a, b })
        {
            node.Peers.Should().ContainSingle();
            node.Connected.Should().BeEmpty();
            node.Status.TrackedEndpoints.Should().Be(0);
            node.Status.HandshakesCompleted.Should().Be(220);
            node.Status.HandshakesFailed.Should().Be(0);
        }
    }

    [Test]
    public async Task StartAndStop_FiftyTimes_LeavesNothing()
    {
        await StartAndStopAsync(5);
        var before = Handles();

        await StartAndStopAsync(50);

        Handles().Should().BeLessThan(before + 20);
    }

    [Test]
    public async Task FailedDials_TwoHundred_LeaveNothing()
    {
        await using var node = await TestNode.StartAsync(options => options.Limits.ClosedPeers = 16);
        var before = Handles();

        for (var port = 1; port <= 200; port++)
            (await node.ConnectReasonAsync(PeerEndpoint.Create("127.0.0.2", port))).Should().NotBe(P2pReason.None);

        Handles().Should().BeLessThan(before + 20);
        node.Peers.Should().HaveCount(16);
        node.Status.TrackedEndpoints.Should().Be(200);
    }

    private static async Task RepeatAsync(TestNode a, TestNode b, int times)
    {
        for (var round = 0; round < times; round++)
        {
            await a.ConnectAsync(b);
            await b.UntilAsync(() => b.Connected.Count == 1);
            (await a.Node.DisconnectAsync(b.Id).Soon()).Should().BeTrue();
            await b.UntilAsync(() => b.Connected.Count == 0);
        }
    }

    private static async Task StartAndStopAsync(int times)
    {
        for (var round = 0; round < times; round++)
        {
            await using var a = await TestNode.StartAsync();
            await using var b = await TestNode.StartAsync();
            await a.ConnectAsync(b);
        }
    }

    private static int Handles()
    {
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }
}
