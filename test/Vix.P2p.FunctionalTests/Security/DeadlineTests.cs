using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Testing;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Row 3 of docs/security.md: one absolute deadline for all of the handshake.</summary>
[TestFixture]
public sealed class DeadlineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Hello_AByteASecond_IsGoneAtFive()
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());

        await ShouldBeGoneAsync(node, peer, time, peer.BuildHello());
    }

    [Test]
    public async Task Finish_AByteASecond_IsGoneAtFive()
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        await ShouldBeGoneAsync(node, peer, time, peer.BuildFinish(ReferencePeerIntroduction.Create("slow")));
    }

    [Test]
    public async Task Handshake_AllButTheDeadline_Completes()
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        time.Advance(4.9 * Second);
        await peer.SendFinishAsync();

        await peer.ReadReadyAsync();
    }

    [Test]
    public async Task Handshake_RealClock_IsGoneAtItsTimeout()
    {
        await using var node = await TestNode.StartAsync(options => options.HandshakeTimeout = TimeSpan.FromMilliseconds(300));
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Status.LimitRejections["handshake_timeout"].Should().Be(1);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Dial_PeerThatSaysNothing_IsHandshakeTimeout(bool afterFinish)
    {
        var time = new ManualTimeProvider();
        await using var node = await TestNode.StartAsync(time: time);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        if (afterFinish)
        {
            await peer.SendAckAsync();
            await peer.ReadFinishAsync();
        }

        time.Advance(4.9 * Second);
        connecting.IsCompleted.Should().BeFalse();
        time.Advance(0.2 * Second);

        (await connecting).Should().Be(P2pReason.HandshakeTimeout);
        (await peer.WaitForCloseAsync()).Should().Be(0);
    }

    [Test]
    public async Task Pending_AtTheLimit_TheOldestGivesWay()
    {
        await using var node = await TestNode.StartAsync(options => options.Limits.PendingHandshakes = 2);
        using var oldest = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await oldest.SendHelloAsync();
        await oldest.ReadAckAsync();
        using var older = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await older.SendHelloAsync();
        await older.ReadAckAsync();

        using var newest = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await newest.HandshakeAsync();

        (await oldest.WaitForCloseAsync()).Should().Be(0);
        await older.SendFinishAsync();
        await older.ReadReadyAsync();
        node.Status.LimitRejections["pending_handshakes"].Should().Be(1);
    }

    private static async Task ShouldBeGoneAsync(TestNode node, ReferencePeer peer, ManualTimeProvider time, byte[] message)
    {
        var closed = peer.WaitForCloseAsync();
        for (var second = 0; second < 4; second++)
        {
            await peer.SendRawAsync(message.AsMemory(second, 1));
            time.Advance(Second);
        }

        closed.IsCompleted.Should().BeFalse();
        await time.AdvanceUntilAsync(Second, closed);
        (await closed).Should().Be(0);
        node.Status.HandshakesFailed.Should().Be(1);
        node.Status.LimitRejections["handshake_timeout"].Should().Be(1);
    }
}
