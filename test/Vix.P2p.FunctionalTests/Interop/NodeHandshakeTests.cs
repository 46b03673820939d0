using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The node and the reference peer shake hands and see each other as they are.</summary>
[TestFixture]
public sealed class NodeHandshakeTests
{
    [TestCase(false, "")]
    [TestCase(true, "")]
    [TestCase(false, "stäging")]
    [TestCase(true, "stäging")]
    public async Task Dialled_SameNetwork_BothKnowEachOther(bool withKey, string name)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey, name));
        using var peer = await DialAsync(node, NodeNetwork.Reference(withKey, name));
        await peer.HandshakeAsync();

        var joined = await node.EventAsync(PeerEventKind.PeerConnected);

        peer.RemoteId.Should().Be(node.Id.ToString());
        joined.Peer!.IdText.Should().Be(peer.Id);
        joined.Peer.Should().BeEquivalentTo(new
        {
            NodeId = "reference",
            Agent = "reference/1",
            Direction = PeerDirection.Inbound,
            State = PeerState.Connected,
            Dialable = false,
            Secure = true,
        });
        ShouldIntroduce(peer.RemoteIntroduction!, node);
        await CloseAsync(node, peer);
    }

    [TestCase(false, "")]
    [TestCase(true, "")]
    [TestCase(false, "stäging")]
    [TestCase(true, "stäging")]
    public async Task Dials_SameNetwork_BothKnowEachOther(bool withKey, string name)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey, name));
        using var listener = ReferencePeer.Listen(NodeNetwork.Reference(withKey, name));
        var connecting = node.ConnectAsync(Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.HandshakeAsync();

        var info = await connecting;

        peer.RemoteId.Should().Be(node.Id.ToString());
        info.IdText.Should().Be(peer.Id);
        info.Should().BeEquivalentTo(new
        {
            NodeId = "reference",
            Direction = PeerDirection.Outbound,
            State = PeerState.Connected,
            Endpoint = Endpoint(listener).ToString(),
            RemoteEndpoint = Endpoint(listener).ToString(),
            Dialable = true,
            Secure = true,
        });
        ShouldIntroduce(peer.RemoteIntroduction!, node);
        await CloseAsync(node, peer);
    }

    [Test]
    public async Task Dialled_PeerAnnouncesAPort_ItIsDialableThere()
    {
        await using var node = await TestNode.StartAsync();
        var introduction = """{"node_id":"b","instance":"0123456789abcdef0123456789ABCDEF","listen_port":9001,"later":[{}]}""";
        using var peer = await DialAsync(node, new ReferencePeerOptions { Introduction = introduction });
        await peer.HandshakeAsync();

        var joined = await node.EventAsync(PeerEventKind.PeerConnected);

        joined.Peer!.Endpoint.Should().Be("tcp://127.0.0.1:9001");
        joined.Peer.Dialable.Should().BeTrue();
        joined.Peer.Agent.Should().BeNull();
    }

    [Test]
    public async Task Dialled_DialOnlyNodeDials_AnnouncesNoPort()
    {
        await using var node = await TestNode.StartAsync(options => options.ListenOnAnyPort = false);
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectAsync(Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.HandshakeAsync();
        await connecting;

        node.Status.Listen.Should().BeEmpty();
        peer.RemoteIntroduction!.ListenPort.Should().Be(0);
    }

    [TestCase(0)]
    [TestCase(64)]
    public async Task Dials_AckWithReservedPayload_IsIgnored(int length)
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectAsync(Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync(new byte[length]);
        await peer.ReadFinishAsync();
        await peer.SendReadyAsync();

        (await connecting).IdText.Should().Be(peer.Id);
    }

    [Test]
    public async Task Messages_InSingleBytes_CompleteTheHandshake()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await DialAsync(node, new ReferencePeerOptions());
        foreach (var single in peer.BuildHello())
            await peer.SendRawAsync(new[] { single });
        await peer.ReadAckAsync();
        foreach (var single in peer.BuildFinish(ReferencePeerIntroduction.Create("drip")))
            await peer.SendRawAsync(new[] { single });
        await peer.ReadReadyAsync();

        (await node.EventAsync(PeerEventKind.PeerConnected)).Peer!.NodeId.Should().Be("drip");
    }

    internal static Task<ReferencePeer> DialAsync(TestNode node, ReferencePeerOptions options) =>
        ReferencePeer.DialAsync(node.EndPoint, options, CancellationToken.None);

    internal static PeerEndpoint Endpoint(ReferencePeerListener listener) =>
        PeerEndpoint.Create(IPAddress.Loopback.ToString(), listener.EndPoint.Port);

    private static void ShouldIntroduce(ReferencePeerIntroduction introduction, TestNode node)
    {
        introduction.NodeId.Should().Be("node");
        introduction.ListenPort.Should().Be(node.Address.Port);
        introduction.Agent.Should().Be(node.Status.Agent).And.StartWith("Vix.P2p/");
        introduction.Instance.Should().Be(node.Status.Instance);
        introduction.MaxMessage.Should().Be(1_048_576);
    }

    // Good order on both sides: the node answers a Close by its half-close, and says why it ended.
    private static async Task CloseAsync(TestNode node, ReferencePeer peer)
    {
        await peer.CloseAsync();
        (await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal)).Peer!.State.Should().Be(PeerState.Closed);
        peer.WasReset.Should().BeFalse();
    }
}
