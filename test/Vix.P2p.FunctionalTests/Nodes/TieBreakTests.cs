using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Row 10 of docs/security.md over real sockets: both dial at once, and one connection is left, the same for both.</summary>
[TestFixture]
public sealed class TieBreakTests
{
    private const int Rounds = 50;

    [Test]
    public async Task BothDialAtOnce_OneConnectionIsLeft()
    {
        await using var a = await TestNode.StartAsync(options => options.NodeId = "a");
        await using var b = await TestNode.StartAsync(options => options.NodeId = "b");
        var directions = new HashSet<PeerDirection>();

        for (var round = 0; round < Rounds; round++)
        {
            using var start = new Barrier(2);
            var dials = await Task.WhenAll(DialAsync(a, b, start), DialAsync(b, a, start)).Soon();

            dials[0].Id.Should().Be(b.Id);
            dials[1].Id.Should().Be(a.Id);
            await TestNode.UntilAsync(() => AreOne(a, b), a, b);
            directions.Add(a.Peer(b.Id)!.Direction);

            await a.Node.DisconnectAsync(b.Id).Soon();
            await TestNode.UntilAsync(() => a.Connected.Count == 0 && b.Connected.Count == 0, a, b);
        }

        foreach (var node in new[] { a, b })
        {
            ShouldAlternate(node);
            node.Peers.Should().ContainSingle();
            node.Events.All.Count(change => change.Kind == PeerEventKind.PeerConnected).Should().BeGreaterThanOrEqualTo(Rounds);
        }

        TestContext.Out.WriteLine($"Attempts of a: {a.Status.ConnectAttempts}, failed handshakes: {a.Status.HandshakesFailed} and {b.Status.HandshakesFailed}, directions: {string.Join(", ", directions)}.");
    }

    [Test]
    public async Task BothKeepEachOtherConnected_OneConnectionIsLeft()
    {
        await using var first = await TestNode.StartAsync();
        await using var second = await TestNode.StartAsync(options => options.Peers = [$"{first.Address}#{first.Id}"]);
        first.Node.Connect(second.Address, new ConnectOptions { Persistent = true, ExpectedId = second.Id });

        await TestNode.UntilAsync(() => AreOne(first, second), first, second);

        ShouldAlternate(first);
        ShouldAlternate(second);
    }

    private static Task<PeerInfo> DialAsync(TestNode from, TestNode to, Barrier start) => Task.Run(() =>
    {
        start.SignalAndWait(Guard.Time);
        return from.ConnectAsync(to);
    });

    private static bool AreOne(TestNode a, TestNode b) =>
        a.Connected is [var atA] && b.Connected is [var atB]
        && atA.LocalEndpoint == atB.RemoteEndpoint && atA.RemoteEndpoint == atB.LocalEndpoint;

    // Never two established at once: between two that come one goes.
    private static void ShouldAlternate(TestNode node)
    {
        var kinds = node.Events.All.Select(change => change.Kind).Where(kind => kind is PeerEventKind.PeerConnected or PeerEventKind.PeerDisconnected).ToList();
        for (var at = 0; at < kinds.Count; at++)
            kinds[at].Should().Be(at % 2 == 0 ? PeerEventKind.PeerConnected : PeerEventKind.PeerDisconnected, $"event {at}");
    }
}
