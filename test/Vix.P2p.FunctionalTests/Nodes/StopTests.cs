using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.Testing;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>
/// Row 21 of docs/security.md: a stop in each state of the protocol. On a clock that stands still, so a stop that needs
/// any timer at all does not end, and one that may need the time of a lingering close needs that second and no more.
/// </summary>
[TestFixture]
public sealed class StopTests
{
    private ManualTimeProvider _time = new();

    [SetUp]
    public void StartTheClock() => _time = new ManualTimeProvider();

    [TestCase("Connected")]
    [TestCase("HalfHello")]
    [TestCase("Ack")]
    [TestCase("HalfFinish")]
    public async Task Stop_InboundHandshake_NeedsNoTime(string state)
    {
        await using var node = await TestNode.StartAsync(time: _time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        if (state == "HalfHello")
            await peer.SendRawAsync(peer.BuildHello().AsMemory(0, 40));
        if (state is "Ack" or "HalfFinish")
        {
            await peer.SendHelloAsync();
            await peer.ReadAckAsync();
        }

        if (state == "HalfFinish")
            await peer.SendRawAsync(peer.BuildFinish(ReferencePeerIntroduction.Create("x")).AsMemory(0, 100));
        // Accepted in order: a later one that has its Ack shows that this one is in the node's hands.
        using var later = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await later.SendHelloAsync();
        await later.ReadAckAsync();

        await node.Node.StopAsync().Soon();

        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Status.State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_EstablishedPeersThatClose_NeedsNoTime()
    {
        await using var node = await TestNode.StartAsync(time: _time);
        await using var other = await TestNode.StartAsync();
        await other.ConnectAsync(node);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        await node.UntilAsync(() => node.Connected.Count == 2);

        var stopping = node.Node.StopAsync();
        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(1);
        peer.HalfClose();
        await stopping.Soon();

        await other.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
        await node.Events.Ended.Soon();
        node.Events.All.Count(change => change.Kind == PeerEventKind.PeerDisconnected && change.Reason == P2pReason.ShuttingDown).Should().Be(2);
    }

    // For the peer Ready is the beginning, so from there on it is told; the node may still be on its way to that.
    [Test]
    public async Task Stop_RightAfterReady_TheDiallerIsTold()
    {
        for (var round = 0; round < 100; round++)
        {
            var hub = await TestNode.StartAsync();
            await using var peer = await TestNode.StartAsync(options => options.ListenOnAnyPort = false);
            await peer.ConnectAsync(hub);

            await hub.DisposeAsync();

            (await peer.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.ShuttingDown, $"round {round}");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Stop_EstablishedPeerThatIgnoresClose_NeedsASecond(bool stuck)
    {
        await using var node = await TestNode.StartAsync(time: _time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        await node.EventAsync(PeerEventKind.PeerConnected);
        if (stuck)
            await peer.SendRawAsync(new byte[] { 255, 255, 1 });

        var stopping = node.Node.StopAsync();
        await peer.ReadUntilAsync(ReferencePeerFrame.Close);
        stopping.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        await stopping.Soon();
        (await peer.WaitForCloseAsync()).Should().Be(0);
    }

    [Test]
    public async Task Stop_WhileAConnectionLingers_EndsWithIt()
    {
        await using var node = await TestNode.StartAsync(time: _time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        await node.EventAsync(PeerEventKind.PeerConnected);
        var disconnecting = node.Node.DisconnectAsync(PeerId.Parse(peer.Id));
        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(0);

        var stopping = node.Node.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await stopping.Soon();
        (await disconnecting.Soon()).Should().BeTrue();
    }

    [Test]
    public async Task Stop_WhileARejectedPeerLingers_EndsInAStopsTime()
    {
        await using var node = await TestNode.StartAsync(options => options.AllowedPeers = [new string('a', 64)], time: _time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();
        await peer.SendFinishAsync();
        (await peer.ReadFrameAsync())!.Kind.Should().Be(ReferencePeerFrame.Reject);

        var stopping = node.Node.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await stopping.Soon();
    }

    [TestCase("WaitingForAck")]
    [TestCase("WaitingForReady")]
    public async Task Stop_OutboundHandshake_NeedsNoTime(string state)
    {
        await using var node = await TestNode.StartAsync(time: _time);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        if (state == "WaitingForReady")
        {
            await peer.SendAckAsync();
            await peer.ReadFinishAsync();
        }

        await node.Node.StopAsync().Soon();

        (await connecting).Should().Be(P2pReason.ShuttingDown);
        (await peer.WaitForCloseAsync()).Should().Be(0);
    }

    [Test]
    public async Task Stop_Dialling_NeedsNoTime()
    {
        var transport = new ScriptedTransport();
        IPEndPoint silent = new(IPAddress.Parse("192.0.2.1"), 9);
        transport.Silent.Add(silent);
        await using var node = await TestNode.StartAsync(build: builder => builder.AddTransport(transport), time: _time);
        var connecting = node.ConnectReasonAsync(PeerEndpoint.Create("192.0.2.1", 9));
        await transport.SilentDialled.Task.Soon();

        await node.Node.StopAsync().Soon();

        (await connecting).Should().Be(P2pReason.ShuttingDown);
    }

    [Test]
    public async Task Stop_BackingOff_NeedsNoTime()
    {
        await using var node = await TestNode.StartAsync(
            options => options.Peers = [$"tcp://127.0.0.1:{Loopback.DeadPort()}"],
            time: _time);
        await node.EventAsync(PeerEventKind.ConnectFailed, P2pReason.ConnectionRefused);

        await node.Node.StopAsync().Soon();

        _time.Advance(TimeSpan.FromMinutes(1));
        node.Status.ConnectAttempts.Should().Be(1, "a stopped node dials no more");
        _time.ArmedTimers.Should().Be(0, "a stopped node leaves no timer");
    }

    [Test]
    public async Task Stop_CancelledAtOnce_AbortsWhatIsLeft()
    {
        await using var node = await TestNode.StartAsync(time: _time);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        await node.EventAsync(PeerEventKind.PeerConnected);

        await node.Node.StopAsync(new CancellationToken(canceled: true)).Soon();

        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
        await peer.WaitForCloseAsync();
    }

    [Test]
    public async Task Stop_ManyTimesAtOnce_IsOneStop()
    {
        await using var node = await TestNode.StartAsync(time: _time);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => node.Node.StopAsync()))).Soon();

        node.Log.Lines.Count(line => line == "[p2p] node stopped").Should().Be(1);
        await node.Events.Ended.Soon();
    }

    [Test]
    public async Task Stop_RealClock_WithPeersInEveryState_IsQuick()
    {
        await using var node = await TestNode.StartAsync();
        using var silent = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        using var deaf = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await deaf.HandshakeAsync();
        await using var other = await TestNode.StartAsync();
        await other.ConnectAsync(node);
        var started = TimeProvider.System.GetTimestamp();

        await node.Node.StopAsync().Soon();

        // A second of linger for the one that is deaf; the stop's own limit is five.
        TimeProvider.System.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(4));
    }
}
