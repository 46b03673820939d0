using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Testing;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Every code of Close and Reject, sent and received.</summary>
[TestFixture]
public sealed class NodeCloseTests
{
    [TestCase(0, P2pReason.Normal)]
    [TestCase(1, P2pReason.ShuttingDown)]
    [TestCase(2, P2pReason.Duplicate)]
    [TestCase(3, P2pReason.Stale)]
    [TestCase(4, P2pReason.ProtocolError)]
    [TestCase(5, P2pReason.Overload)]
    [TestCase(6, P2pReason.Banned)]
    [TestCase(77, P2pReason.Normal)]
    public async Task Close_Received_IsTheReason(byte code, P2pReason reason)
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        await peer.CloseAsync(code);

        await node.EventAsync(PeerEventKind.PeerDisconnected, reason);
        peer.WasReset.Should().BeFalse("the node closes in good order too");
        node.Peers.Single().DisconnectReason.Should().Be(reason);
    }

    [Test]
    public async Task HalfClose_WithoutClose_IsLost()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        peer.HalfClose();

        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Lost);
        (await peer.WaitForCloseAsync()).Should().Be(0, "there is nobody to say a Close to");
    }

    [Test]
    public async Task Reset_IsLost()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        peer.Abort();

        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Lost);
    }

    [Test]
    public async Task Close_AfterBytesOfARecord_StillIsTheReason()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        // Close counts even when more follows in the same segment; what follows it does not.
        var close = peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Close, [1]).Encode());
        await peer.SendRawAsync(close.Concat(new byte[] { 0, 1, 2, 3 }).ToArray());
        peer.HalfClose();

        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
    }

    [Test]
    public async Task Disconnect_SendsNormal()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);
        await node.EventAsync(PeerEventKind.PeerConnected);

        var disconnecting = node.Node.DisconnectAsync(PeerId.Parse(peer.Id));
        var close = await peer.ReadUntilAsync(ReferencePeerFrame.Close);
        (await peer.ReadFrameAsync()).Should().BeNull("the node half-closes after Close");
        peer.HalfClose();

        close.Body.Should().Equal(0);
        (await disconnecting.Soon()).Should().BeTrue();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Requested);
    }

    [Test]
    public async Task Silence_IsStaleAndThenClosed()
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var peer = await OpenAsync(node);
        await node.EventAsync(PeerEventKind.PeerConnected);

        time.Advance(TimeSpan.FromSeconds(16));
        await node.EventAsync(PeerEventKind.PeerStale, P2pReason.Stale);
        await peer.ReadUntilAsync(ReferencePeerFrame.Ping);
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, new byte[8]);
        await node.EventAsync(PeerEventKind.PeerStale);
        // In two steps: the second ends before the second for which a closing connection waits.
        time.Advance(TimeSpan.FromSeconds(29.5));
        time.Advance(TimeSpan.FromSeconds(1.2));

        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(3);
        peer.HalfClose();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Stale);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RecordOrFrame_NotCompleted_IsOverload(bool record)
    {
        await using var node = await TestNode.StartAsync(options =>
        {
            options.Limits.FrameTimeout = TimeSpan.FromSeconds(1);
            options.PingInterval = TimeSpan.FromMilliseconds(100);
        });
        using var peer = await OpenAsync(node);

        // The answers to pings go on inside what has been begun: bytes that come do not make it whole.
        await peer.SendRecordAsync([.. new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]).Encode(), .. record ? [] : new byte[] { 200, 0xff, 0x7f }]);
        if (record)
            await peer.SendRawAsync(new byte[] { 255, 255, 1 });

        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(5);
        node.Status.LimitRejections["frame_timeout"].Should().Be(1);
        peer.HalfClose();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Overload);
    }

    [TestCase(1, P2pReason.RejectedFull)]
    [TestCase(2, P2pReason.RejectedNotAllowed)]
    [TestCase(3, P2pReason.RejectedDuplicate)]
    [TestCase(4, P2pReason.RejectedSelf)]
    [TestCase(5, P2pReason.RejectedShuttingDown)]
    [TestCase(6, P2pReason.RejectedIncompatible)]
    [TestCase(99, P2pReason.RejectedUnknown)]
    public async Task Reject_Received_IsTheReasonAndTheBackoff(byte code, P2pReason reason)
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var endpoint = NodeHandshakeTests.Endpoint(listener);
        var connecting = node.ConnectReasonAsync(endpoint);
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();
        await peer.SendFrameAsync(ReferencePeerFrame.Reject, code);
        peer.HalfClose();
        (await peer.WaitForCloseAsync()).Should().Be(0, "the one that is rejected says nothing");

        // The peer has said that it holds another connection; the node waits for it in vain.
        if (code == 3)
            await time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), connecting);
        (await connecting).Should().Be(reason);
        node.Connected.Should().BeEmpty();
        node.Status.TrackedEndpoints.Should().Be(1, "every one of them has a backoff, or is remembered as self");
        if (code != 3)
            node.Node.Connect(endpoint).Reason.Should().Be(code == 4 ? P2pReason.Self : P2pReason.Backoff);
        node.Status.HandshakesFailed.Should().Be(1);
        node.Status.ConnectFailures.Should().Be(1);
    }

    [Test]
    public async Task Reject_AtFull_IsSent()
    {
        await using var node = await TestNode.StartAsync(options => options.MaxPeers = 1);
        using var first = await OpenAsync(node);
        using var second = await ProveAsync(node, new ReferencePeerOptions());

        await ShouldBeRejectedAsync(second, 1);
        node.Connected.Single().IdText.Should().Be(first.Id);
        node.Status.LimitRejections["max_peers"].Should().Be(1);
    }

    [Test]
    public async Task Reject_NotInAllowedPeers_IsSent()
    {
        var friend = ReferencePeerKey.Generate();
        await using var node = await TestNode.StartAsync(options => options.AllowedPeers = [friend.PeerId]);
        using var stranger = await ProveAsync(node, new ReferencePeerOptions());
        using var allowed = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions { Static = friend });

        await ShouldBeRejectedAsync(stranger, 2);
        await allowed.HandshakeAsync();
        (await node.EventAsync(PeerEventKind.PeerConnected)).Peer!.IdText.Should().Be(friend.PeerId);
        node.Peers.Should().ContainSingle("a stranger leaves no row");
    }

    [Test]
    public async Task Reject_WhileStopping_IsSent()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        node.Node.BeginStop();
        await peer.SendFinishAsync();

        await ShouldBeRejectedAsync(peer, 5);
    }

    [Test]
    public async Task SameKeyAgain_ReplacesTheOlderConnection()
    {
        var key = new ReferencePeerOptions();
        await using var node = await TestNode.StartAsync();
        using var older = await OpenAsync(node, key);
        using var newer = await OpenAsync(node, key);

        (await older.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(2);
        older.HalfClose();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Replaced);
        await newer.SendFrameAsync(ReferencePeerFrame.Ping, new byte[8]);
        await newer.ReadUntilAsync(ReferencePeerFrame.Pong);
        node.Connected.Single().IdText.Should().Be(key.Static.PeerId);
        node.Peers.Should().ContainSingle();
    }

    [Test]
    public async Task SameKeyInTwoNodes_TheNewerIsRefusedAfterThreeTakeovers()
    {
        var key = new ReferencePeerOptions();
        await using var node = await TestNode.StartAsync();
        using var first = await OpenAsync(node, key);
        using var second = await OpenAsync(node, key);
        using var third = await OpenAsync(node, key);
        using var fourth = await OpenAsync(node, key);
        using var fifth = await ProveAsync(node, key);

        await ShouldBeRejectedAsync(fifth, 3);
        await fourth.SendFrameAsync(ReferencePeerFrame.Ping, new byte[8]);
        await fourth.ReadUntilAsync(ReferencePeerFrame.Pong);
        node.Status.LimitRejections["takeovers"].Should().Be(1);
    }

    private static async Task<ReferencePeer> OpenAsync(TestNode node, ReferencePeerOptions? options = null)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, options ?? new ReferencePeerOptions());
        await peer.HandshakeAsync();
        return peer;
    }

    private static async Task<ReferencePeer> ProveAsync(TestNode node, ReferencePeerOptions options)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, options);
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();
        await peer.SendFinishAsync();
        return peer;
    }

    private static async Task ShouldBeRejectedAsync(ReferencePeer peer, byte code)
    {
        (await peer.ReadFrameAsync()).Should().BeEquivalentTo(new ReferencePeerFrame(ReferencePeerFrame.Reject, [code]));
        (await peer.ReadFrameAsync()).Should().BeNull("nothing comes after Reject");
        peer.WasReset.Should().BeFalse();
    }
}
