using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Two nodes that are not to be connected, and that both sides know why.</summary>
[TestFixture]
public sealed class RefusalTests
{
    private static readonly string KeyOne = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly string KeyTwo = Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray());

    private static IEnumerable<TestCaseData> OtherNetworks()
    {
        yield return Case("OtherKey", KeyOne, KeyTwo, "", "", P2pReason.RefusedBeforeAck);
        yield return Case("KeyOnOneSideOnly", KeyOne, null, "", "", P2pReason.RefusedBeforeAck);
        yield return Case("KeyOnTheOtherSideOnly", null, KeyOne, "", "", P2pReason.RefusedBeforeAck);
        yield return Case("OtherNameWithKey", KeyOne, KeyOne, "a", "b", P2pReason.RefusedBeforeAck);
        // Without a key nothing in Hello depends on the name: the dialler finds out by the Ack.
        yield return Case("OtherName", null, null, "a", "b", P2pReason.HandshakeFailed);

        static TestCaseData Case(string name, string? keyA, string? keyB, string nameA, string nameB, P2pReason reason) =>
            new TestCaseData(keyA, keyB, nameA, nameB, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(OtherNetworks))]
    public async Task Connect_AnotherNetwork_Fails(string? keyA, string? keyB, string nameA, string nameB, P2pReason reason)
    {
        await using var a = await TestNode.StartAsync(options => (options.NetworkKey, options.NetworkName) = (keyA, nameA));
        await using var b = await TestNode.StartAsync(options => (options.NetworkKey, options.NetworkName) = (keyB, nameB));

        (await a.ConnectReasonAsync(b.Address)).Should().Be(reason);

        var failed = await a.EventAsync(PeerEventKind.HandshakeFailed, reason);
        failed.Peer!.LastError!.Message.Should().Contain("network");
        a.Status.LastError!.Reason.Should().Be(reason);
        b.Peers.Should().BeEmpty();
        b.Status.HandshakesCompleted.Should().Be(0);
    }

    [Test]
    public async Task Connect_NetworkKeyFromAFile_IsTheSameKey()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("key"), KeyOne + Environment.NewLine);
        await using var a = await TestNode.StartAsync(options => options.NetworkKeyPath = folder.File("key"));
        await using var b = await TestNode.StartAsync(options => options.NetworkKey = KeyOne);

        (await a.ConnectAsync(b)).Id.Should().Be(b.Id);
        a.Log.Entries.Concat(b.Log.Entries).Should().NotContain(entry => entry.Message.Contains(KeyOne, StringComparison.Ordinal));
    }

    [Test]
    public async Task Connect_NotInTheOthersAllowedPeers_IsRejected()
    {
        await using var stranger = await TestNode.StartAsync();
        await using var friend = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync(options => options.AllowedPeers = [friend.Id.ToString()]);

        (await stranger.ConnectReasonAsync(b.Address)).Should().Be(P2pReason.RejectedNotAllowed);
        (await friend.ConnectAsync(b)).Id.Should().Be(b.Id);

        var again = stranger.Node.Connect(b.Address);
        again.Reason.Should().Be(P2pReason.Backoff);
        b.Peers.Single().Id.Should().Be(friend.Id);
    }

    [Test]
    public async Task Connect_NotInOwnAllowedPeers_RevealsNothing()
    {
        await using var b = await TestNode.StartAsync();
        await using var a = await TestNode.StartAsync(options => options.AllowedPeers = [new string('a', 64)]);

        (await a.ConnectReasonAsync(b.Address)).Should().Be(P2pReason.NotAllowed);
        b.Peers.Should().BeEmpty();
        b.Status.HandshakesCompleted.Should().Be(0);
    }

    [Test]
    public async Task Connect_ExpectedId_MustAnswer()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync();

        (await a.ConnectReasonAsync(b.Address, new ConnectOptions { ExpectedId = a.Id })).Should().Be(P2pReason.IdMismatch);
        b.Peers.Should().BeEmpty("the dialler stops before it says who it is");
        (await a.ConnectAsync(b.Address, new ConnectOptions { ExpectedId = b.Id, Force = true })).Id.Should().Be(b.Id);
    }

    [Test]
    public async Task Connect_NobodyListens_IsRefusedAndBacksOff()
    {
        await using var a = await TestNode.StartAsync();
        var endpoint = PeerEndpoint.Create("127.0.0.1", Loopback.DeadPort());

        (await a.ConnectReasonAsync(endpoint)).Should().Be(P2pReason.ConnectionRefused);

        var failed = await a.EventAsync(PeerEventKind.ConnectFailed, P2pReason.ConnectionRefused);
        failed.Peer!.State.Should().Be(PeerState.Closed);
        a.Status.ConnectFailures.Should().Be(1);
        a.Status.TrackedEndpoints.Should().Be(1);
        (await a.ConnectReasonAsync(endpoint)).Should().Be(P2pReason.ConnectionRefused, "force does not wait");
    }

    [Test]
    public async Task Connect_WhatCannotBeDialled_IsSaidAtOnce()
    {
        await using var a = await TestNode.StartAsync(options => options.DialPolicy.AllowLoopback = false);

        (await a.ConnectReasonAsync(a.Address)).Should().Be(P2pReason.EndpointDenied);
        (await a.ConnectReasonAsync(PeerEndpoint.Parse("quic://127.0.0.1:1"))).Should().Be(P2pReason.UnsupportedScheme);
        (await a.ConnectReasonAsync(PeerEndpoint.Create("localhost", 9))).Should().Be(P2pReason.EndpointDenied, "the address counts, not the name");
        await a.Node.StopAsync().Soon();
        (await a.ConnectReasonAsync(PeerEndpoint.Create("192.0.2.1", 9))).Should().Be(P2pReason.NotRunning);
    }

    [Test]
    public async Task Connect_FullPeer_IsRejectedAndLetInLater()
    {
        await using var hub = await TestNode.StartAsync(options => options.MaxPeers = 1);
        await using var first = await TestNode.StartAsync();
        await using var second = await TestNode.StartAsync();
        await first.ConnectAsync(hub);

        (await second.ConnectReasonAsync(hub.Address)).Should().Be(P2pReason.RejectedFull);
        await first.Node.DisconnectAsync(hub.Id).Soon();
        await hub.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);

        (await second.ConnectAsync(hub)).Id.Should().Be(hub.Id);
    }
}
