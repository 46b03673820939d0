using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>A peer that comes by itself while it is being dialled, one step at a time.</summary>
[TestFixture]
public sealed class NodeCrossingTests
{
    [Test]
    public async Task Dial_PeerComesAndGoesMeanwhile_TheDialKeepsItsRow()
    {
        var key = new ReferencePeerOptions();
        await using var node = await TestNode.StartAsync(options => options.Limits.ClosedPeers = 0);
        using var listener = ReferencePeer.Listen(key);
        var endpoint = NodeHandshakeTests.Endpoint(listener);
        node.Node.Connect(endpoint, new ConnectOptions { Persistent = true, ExpectedId = PeerId.Parse(key.Static.PeerId) });
        using var earlier = await listener.AcceptAsync(CancellationToken.None);
        await earlier.HandshakeAsync();
        var known = (await node.EventAsync(PeerEventKind.PeerConnected)).Peer!;
        var disconnecting = node.Node.DisconnectAsync(known.Id!.Value);
        await earlier.ReadUntilAsync(ReferencePeerFrame.Close);
        earlier.HalfClose();
        await disconnecting.Soon();

        var connecting = node.ConnectAsync(endpoint);
        using var dialled = await listener.AcceptAsync(CancellationToken.None);
        await dialled.ReadHelloAsync();
        using (var inbound = await NodeHandshakeTests.DialAsync(node, key))
        {
            await inbound.HandshakeAsync();
            await node.EventAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.Direction == PeerDirection.Inbound);
            await inbound.CloseAsync();
            await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
        }

        await dialled.SendAckAsync();
        await dialled.ReadFinishAsync();
        await dialled.SendReadyAsync();
        var info = await connecting;

        info.Should().BeEquivalentTo(new { known.Key, known.Id, State = PeerState.Connected, Direction = PeerDirection.Outbound, RemoteEndpoint = endpoint.ToString() });
        node.Peers.Should().ContainSingle().Which.Key.Should().Be(known.Key);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Dial_SmallerId_EndsInThePeersOwnConnection(bool rejectFirst)
    {
        await using var node = await TestNode.StartAsync();
        var peer = new ReferencePeerOptions { Static = KeyWith(id => id > node.Id) };
        using var listener = ReferencePeer.Listen(peer);
        var connecting = node.ConnectAsync(NodeHandshakeTests.Endpoint(listener));
        using var dialled = await listener.AcceptAsync(CancellationToken.None);
        await dialled.ReadHelloAsync();
        await dialled.SendAckAsync();
        await dialled.ReadFinishAsync();

        if (rejectFirst)
        {
            // The node's half-close says that it has taken the Reject; its connection stays, and holds the claim.
            await dialled.SendFrameAsync(ReferencePeerFrame.Reject, 3);
            (await dialled.ReadFrameAsync()).Should().BeNull();
        }

        using var inbound = await NodeHandshakeTests.DialAsync(node, peer);
        await inbound.HandshakeAsync();

        (await connecting).Should().BeEquivalentTo(new { IdText = peer.Static.PeerId, Direction = PeerDirection.Inbound, State = PeerState.Connected });
        node.Status.ConnectFailures.Should().Be(0);
        node.Status.TrackedEndpoints.Should().Be(0, "the peer is not to blame");
    }

    [Test]
    public async Task Dial_LargerId_RejectsThePeersOwnConnection()
    {
        await using var node = await TestNode.StartAsync();
        var peer = new ReferencePeerOptions { Static = KeyWith(id => id < node.Id) };
        using var listener = ReferencePeer.Listen(peer);
        var connecting = node.ConnectAsync(NodeHandshakeTests.Endpoint(listener));
        using var dialled = await listener.AcceptAsync(CancellationToken.None);
        await dialled.ReadHelloAsync();
        await dialled.SendAckAsync();
        await dialled.ReadFinishAsync();

        using var inbound = await NodeHandshakeTests.DialAsync(node, peer);
        await inbound.SendHelloAsync();
        await inbound.ReadAckAsync();
        await inbound.SendFinishAsync();
        (await inbound.ReadFrameAsync()).Should().BeEquivalentTo(new ReferencePeerFrame(ReferencePeerFrame.Reject, [3]));
        inbound.HalfClose();
        await dialled.SendReadyAsync();

        (await connecting).Direction.Should().Be(PeerDirection.Outbound);
        node.Connected.Should().ContainSingle();
    }

    private static ReferencePeerKey KeyWith(Func<PeerId, bool> matches)
    {
        while (true)
        {
            var key = ReferencePeerKey.Generate();
            if (matches(PeerId.Parse(key.PeerId)))
                return key;
        }
    }
}
