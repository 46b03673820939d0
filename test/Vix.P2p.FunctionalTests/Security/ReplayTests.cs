using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Row 8 of docs/security.md: each recorded message in each place, of the same node and of another one.</summary>
[TestFixture]
public sealed class ReplayTests
{
    private static readonly string[] Messages = ["Hello", "Ack", "Finish", "Record", "Ready"];

    [Test, Combinatorial]
    public async Task AsHello_IsRefused([ValueSource(nameof(Messages))] string message, [Values] bool withKey)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey));
        using var honest = await Honest.JoinAsync(node, NodeNetwork.Reference(withKey));
        var recorded = await RecordAsync(node, withKey);
        using var peer = await NodeHandshakeTests.DialAsync(node, NodeNetwork.Reference(withKey));

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, recorded[message]);

        (await peer.WaitForCloseAsync()).Should().Be(0);
        await honest.ShouldBeAnsweredAsync();
        node.Connected.Should().ContainSingle();
    }

    [TestCaseSource(nameof(Messages))]
    public async Task AsFinish_IsRefused(string message)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var recorded = await RecordAsync(node);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, recorded[message]);

        (await peer.WaitForCloseAsync()).Should().Be(0);
        await honest.ShouldBeAnsweredAsync();
        node.Connected.Should().ContainSingle();
    }

    [TestCaseSource(nameof(Messages))]
    public async Task AsAck_EndsTheDial(string message)
    {
        await using var node = await TestNode.StartAsync();
        var recorded = await RecordAsync(node);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, recorded[message]);

        (await connecting).Should().BeOneOf(P2pReason.HandshakeFailed, P2pReason.RefusedBeforeAck);
        (await peer.WaitForCloseAsync()).Should().Be(0);
    }

    [TestCaseSource(nameof(Messages))]
    public async Task AsRecord_IsAProtocolError(string message)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var recorded = await RecordAsync(node);
        using var peer = await OpenAsync(node);

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, recorded[message]);

        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(4);
        await node.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected && change.Reason == P2pReason.ProtocolError && change.Peer!.IdText == peer.Id);
        await honest.ShouldBeAnsweredAsync();
    }

    [TestCase("Ready")]
    [TestCase("Record")]
    public async Task AsReady_OfAnotherConnection_EndsTheDial(string message)
    {
        await using var node = await TestNode.StartAsync();
        var recorded = await RecordAsync(node);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();

        await peer.SendRawAsync(recorded[message]);
        peer.HalfClose();

        (await connecting).Should().Be(P2pReason.ProtocolError);
    }

    [Test]
    public async Task Record_TwiceOnItsOwnConnection_IsAProtocolError()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);
        var record = peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]).Encode());

        await peer.SendRawAsync(record);
        await peer.ReadUntilAsync(ReferencePeerFrame.Pong);
        await peer.SendRawAsync(record);

        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(4);
        peer.HalfClose();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ProtocolError);
    }

    [Test]
    public async Task Hello_OfAnotherNode_GetsAnAckAndNoFurther()
    {
        await using var first = await TestNode.StartAsync();
        await using var second = await TestNode.StartAsync();
        var recorded = await RecordAsync(first);
        using var peer = await NodeHandshakeTests.DialAsync(second, new ReferencePeerOptions());

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, [.. recorded["Hello"], .. recorded["Finish"], .. recorded["Record"]]);

        (await peer.WaitForCloseAsync()).Should().Be(165, "an Ack is all that a Hello of somebody else brings");
        second.Status.HandshakesCompleted.Should().Be(0);
        second.Peers.Should().BeEmpty();
    }

    [Test]
    public async Task OwnEphemeralKey_SentBack_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        var ephemeral = peer.Hello.AsSpan(2 + 1 + 9, 65).ToArray();

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, [0, 163, 2, .. ephemeral, .. new byte[97]]);

        (await connecting).Should().Be(P2pReason.HandshakeFailed);
        node.Log.Entries.Should().Contain(entry => entry.Message.Contains("own ephemeral key back", StringComparison.Ordinal));
    }

    [Test]
    public async Task OwnRecord_SentBack_IsAProtocolError()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        await peer.SendRawAsync(peer.LastRecord);

        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(4);
        peer.HalfClose();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ProtocolError);
    }

    private static async Task<ReferencePeer> OpenAsync(TestNode node)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        return peer;
    }

    // One honest connection, and every message of it.
    private static async Task<Dictionary<string, byte[]>> RecordAsync(TestNode node, bool withKey = false)
    {
        using var peer = await NodeHandshakeTests.DialAsync(node, NodeNetwork.Reference(withKey));
        await peer.HandshakeAsync();
        var ready = peer.LastRecord;
        var ping = peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]).Encode());
        await peer.SendRawAsync(ping);
        await peer.ReadUntilAsync(ReferencePeerFrame.Pong);
        await peer.CloseAsync();
        await node.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected && change.Peer!.IdText == peer.Id);
        return new() { ["Hello"] = peer.Hello, ["Ack"] = peer.Ack, ["Finish"] = peer.Finish, ["Record"] = ping, ["Ready"] = ready };
    }
}
