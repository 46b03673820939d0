using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Who may join, and how many (docs/security.md, row 22).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WhoMayJoinTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task AllowedPeers_Inbound_OthersAreRejected()
    {
        P2pNode a = await _net.StartAsync("a", options => options.AllowedPeers = [_net.Identity("friend").Identity.Id.ToString()]);

        (await FirstFrameAsync("friend")).Kind.Should().Be(FrameKind.Ready);
        (await FirstFrameAsync("stranger")).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));

        await TestNetwork.QuietAsync(a);
        a.GetPeers().Peers.Should().ContainSingle().Which.Id.Should().Be(_net.Identity("friend").Identity.Id);
        a.GetStatus().Should().Match<NodeStatus>(status => status.HandshakesStarted == 2 && status.HandshakesCompleted == 1 && status.HandshakesFailed == 1);
    }

    [Test]
    public async Task AllowedPeers_Outbound_OthersAreLeftAndLearnNothing()
    {
        P2pNode a = await _net.StartAsync("a", options => options.AllowedPeers = [_net.Identity("friend").Identity.Id.ToString()]);
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<P2pReason> failure = FailureAsync(a, "b");
        RawPeer stranger = await _net.AcceptAsync(listener, _net.Identity("stranger"));
        await stranger.ReadHelloAsync();
        await stranger.SendAckAsync();

        (await stranger.ReadHandshakeAsync()).Should().BeNull();
        (await failure).Should().Be(P2pReason.NotAllowed);
    }

    [Test]
    public async Task MaxPeers_Inbound_OneMoreIsRejectedAsFullUntilOneLeaves()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 2);
        EventLog log = _net.Watch(a);
        RawPeer first = await _net.ConnectAsync("a", _net.Identity("1"));
        await first.End.ReadAsync();
        (await FirstFrameAsync("2")).Kind.Should().Be(FrameKind.Ready);

        (await FirstFrameAsync("3")).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.Full]));
        (await FirstFrameAsync("2")).Kind.Should().Be(FrameKind.Ready, "a peer takes one place however often it comes");
        await first.DisposeAsync();
        await log.WaitAsync(change => change.Kind == PeerEventKind.PeerDisconnected && change.Peer!.Id == _net.Identity("1").Identity.Id);

        (await FirstFrameAsync("3")).Kind.Should().Be(FrameKind.Ready);
        a.GetStatus().LimitRejections["max_peers"].Should().Be(1);
        _net.Log.Texts.Should().ContainSingle(line => line.Contains("P2p:MaxPeers", StringComparison.Ordinal));
    }

    [Test]
    public async Task MaxPeers_Outbound_OneMoreIsRefusedAtOnce()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 2);
        await _net.ListenAsync("b");
        await _net.ListenAsync("c");

        a.Connect(TestNetwork.At("b")).Started.Should().BeTrue();
        a.Connect(TestNetwork.At("c")).Started.Should().BeTrue();

        a.Connect(TestNetwork.At("d")).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.PeerLimit);
        a.GetPeers().Peers.Should().HaveCount(2);
    }

    [Test]
    public async Task MaxPeers_PersistentPeerIsAway_ItsPlaceIsKept()
    {
        P2pNode a = await _net.StartAsync("a", options =>
        {
            options.MaxPeers = 2;
            options.Peers = ["memory://away:1"];
        });
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures > 0);

        (await FirstFrameAsync("1")).Kind.Should().Be(FrameKind.Ready);
        (await FirstFrameAsync("2")).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.Full]));
        a.Connect(TestNetwork.At("other")).Reason.Should().Be(P2pReason.PeerLimit);
        await _net.StartAsync("away");
        a.Connect(TestNetwork.At("away"), new ConnectOptions { Force = true }).Started.Should().BeTrue();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 2);
    }

    [Test]
    public async Task MaxPeers_MorePersistentPeersThanPlaces_AreRefused()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 2);
        var persistent = new ConnectOptions { Persistent = true };

        a.Connect(TestNetwork.At("x"), persistent).Started.Should().BeTrue();
        a.Connect(TestNetwork.At("y"), persistent).Started.Should().BeTrue();

        a.Connect(TestNetwork.At("z"), persistent).Reason.Should().Be(P2pReason.PeerLimit);
        a.GetPeers().Peers.Should().HaveCount(2);
    }

    [Test]
    public async Task MaxPeers_InboundTakesTheLastPlaceWhileADialIsUnderWay_TheDialGivesUpBeforeItsFinish()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 1);
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<P2pReason> failure = FailureAsync(a, "b");
        RawPeer dialled = await _net.AcceptAsync(listener, _net.Identity("b"));
        await dialled.ReadHelloAsync();

        (await FirstFrameAsync("1")).Kind.Should().Be(FrameKind.Ready);
        await dialled.SendAckAsync();

        (await dialled.ReadHandshakeAsync()).Should().BeNull();
        (await failure).Should().Be(P2pReason.PeerLimit);
        a.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task NetworkKey_OnlyOneSideHasIt_IsRefusedBeforeAckWithAHint()
    {
        string key = Convert.ToBase64String(new byte[32]);
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b", options => options.NetworkKey = key);
        P2pNode c = await _net.StartAsync("c", options => options.NetworkKey = key);

        (await FluentActions.Awaiting(() => a.ConnectAsync(TestNetwork.At("b")).Soon()).Should().ThrowAsync<P2pConnectException>())
            .Which.Should().Match<P2pConnectException>(e => e.Reason == P2pReason.RefusedBeforeAck);
        (await c.ConnectAsync(TestNetwork.At("b")).Soon()).NodeId.Should().Be("b");
        _net.Log.Texts.Should().NotContain(line => line.Contains(key, StringComparison.Ordinal));
    }

    private async Task<RawFrame> FirstFrameAsync(string name)
    {
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity(name));
        return (await peer.End.ReadAsync())!;
    }

    private static async Task<P2pReason> FailureAsync(P2pNode node, string to) =>
        (await FluentActions.Awaiting(() => node.ConnectAsync(TestNetwork.At(to)).Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason;
}
