using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>How connections end, and what the table says of them then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DisconnectTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Disconnect_Peer_EndsBothSidesEachWithItsReason()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        EventLog there = _net.Watch(b);
        PeerInfo peer = await a.ConnectAsync(TestNetwork.At("b")).Soon();

        (await a.DisconnectAsync(peer.Id!.Value).Soon()).Should().BeTrue();

        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row =>
            row.State == PeerState.Closed && row.DisconnectReason == P2pReason.Requested && !row.Secure && row.ConnectedAt == null && row.NextAttemptIn == null);
        (await there.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Normal);
        b.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row => row.State == PeerState.Closed && row.DisconnectReason == P2pReason.Normal);
        (await a.DisconnectAsync(peer.Id!.Value).Soon()).Should().BeFalse("it is not connected any more");
        (await a.DisconnectAsync(TestNetwork.At("nobody")).Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Disconnect_OfAnInboundPeer_ByTheEndpointItShows()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        EventLog log = _net.Watch(a);
        await b.ConnectAsync(TestNetwork.At("a")).Soon();
        PeerInfo shown = (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!;

        (await a.DisconnectAsync(PeerEndpoint.Parse(shown.Endpoint)).Soon()).Should().BeTrue();

        a.GetStatus().PeersConnected.Should().Be(0);
    }

    [Test]
    public async Task Disconnect_DialUnderWay_EndsItForAllWhoWait()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> first = a.ConnectAsync(TestNetwork.At("b"));
        Task<PeerInfo> second = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));

        (await a.DisconnectAsync(TestNetwork.At("b")).Soon()).Should().BeTrue();

        foreach (Task<PeerInfo> waiting in (Task<PeerInfo>[])[first, second])
            (await FluentActions.Awaiting(() => waiting.Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason.Should().Be(P2pReason.Cancelled);
        await peer.ReadHelloAsync();
        (await peer.ReadHandshakeAsync()).Should().BeNull();
        a.Connect(TestNetwork.At("b")).Started.Should().BeTrue("giving up is no failure and begins no backoff");
    }

    [Test]
    public async Task Disconnect_BetweenFinishAndReady_EndsTheDialAndFreesTheClaim()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> waiting = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();

        (await a.DisconnectAsync(_net.Identity("b").Identity.Id).Soon()).Should().BeTrue();

        (await FluentActions.Awaiting(() => waiting.Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason.Should().Be(P2pReason.Cancelled);
        (await peer.End.ReadAsync()).Should().BeNull("an initiator sends no frame before Ready");
        RawPeer again = await _net.ConnectAsync("a", _net.Identity("b"));
        (await again.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready, "nobody holds the claim any more");
    }

    [Test]
    public async Task Peer_LostItsSide_IsReplacedByItsNewConnection()
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);
        TestNode identity = _net.Identity("peer");
        RawPeer old = await _net.ConnectAsync("a", identity);
        await old.End.ReadAsync();
        PeerEvent first = await log.WaitAsync(PeerEventKind.PeerConnected);
        log.Clear();

        RawPeer fresh = await _net.ConnectAsync("a", identity);
        (await fresh.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);

        (await log.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Replaced);
        (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!.Key.Should().Be(first.Peer!.Key);
        (await old.End.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.Duplicate]));
        a.GetPeers().Peers.Should().ContainSingle().Which.State.Should().Be(PeerState.Connected);
        _net.Log.Texts.Should().ContainSingle(line => line.StartsWith("[p2p] peer left", StringComparison.Ordinal)).Which.Should().EndWith("replaced");
        await old.DisposeAsync();
        await fresh.End.SendAsync(FrameKind.Ping, RawEnd.Token(1));
        (await fresh.End.ReadAsync())!.Kind.Should().Be(FrameKind.Pong, "the end of the old one changes nothing");
        a.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Peer_SameKeyInAnotherInstance_IsRefusedAfterThreeTakeoversForFiveMinutes()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        await JoinAsync(identity, 'a');
        foreach (char instance in "bcd")
            (await JoinAsync(identity, instance)).Should().Be(FrameKind.Ready, $"takeover by {instance}");

        (await JoinAsync(identity, 'e')).Should().Be(FrameKind.Reject);
        _net.Clock.Advance(TimeSpan.FromSeconds(4));
        (await JoinAsync(identity, 'f')).Should().Be(FrameKind.Reject);
        (await JoinAsync(identity, 'd')).Should().Be(FrameKind.Ready, "the instance that is connected may come back");
        a.GetStatus().LimitRejections["takeovers"].Should().Be(2);
        a.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public void Takeovers_WindowAndPenalty_RunByTheClock()
    {
        var clock = _net.Clock;
        var takeovers = new Vix.P2p.Peers.Takeovers();
        for (int i = 0; i < 3; i++)
        {
            takeovers.TryCount(3, clock).Should().BeTrue();
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        clock.Advance(TimeSpan.FromSeconds(30));
        takeovers.TryCount(3, clock).Should().BeTrue("the first was a minute ago");
        takeovers.TryCount(3, clock).Should().BeFalse();
        clock.JumpWallClock(TimeSpan.FromDays(3652));
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        takeovers.TryCount(3, clock).Should().BeFalse();
        clock.Advance(TimeSpan.FromTicks(1));
        takeovers.TryCount(3, clock).Should().BeTrue();
    }

    [Test]
    public async Task Peer_VanishesAndComesBack_KeepsItsRowAndItsBytes()
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);
        TestNode identity = _net.Identity("peer");
        RawPeer first = await _net.ConnectAsync("a", identity);
        await first.End.ReadAsync();
        await first.DisposeAsync();
        PeerInfo gone = (await log.WaitAsync(PeerEventKind.PeerDisconnected)).Peer!;
        gone.DisconnectReason.Should().Be(P2pReason.Lost);
        gone.BytesOut.Should().BePositive();

        RawPeer second = await _net.ConnectAsync("a", identity);
        await second.End.ReadAsync();
        await log.WaitAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.BytesOut > gone.BytesOut);

        PeerInfo row = a.GetPeers().Peers.Should().ContainSingle().Subject;
        row.Key.Should().Be(gone.Key);
        row.BytesOut.Should().Be(2 * gone.BytesOut);
        a.GetStatus().BytesOut.Should().Be(row.BytesOut);
    }

    [Test]
    public async Task ClosedRows_AfterTheRetention_AreForgottenAndTheirBytesAreNot()
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();
        await peer.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);
        long bytes = a.GetStatus().BytesOut;
        long revision = a.GetPeers().Revision;

        _net.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        a.GetPeers().Peers.Should().ContainSingle();
        _net.Clock.Advance(TimeSpan.FromSeconds(2));

        await Waiting.UntilAsync(() => a.GetPeers().Peers.Count == 0);
        a.GetPeers().Revision.Should().BeGreaterThan(revision);
        a.GetStatus().BytesOut.Should().Be(bytes);
        a.TryGetPeer(_net.Identity("peer").Identity.Id, out _).Should().BeFalse();
        RawPeer back = await _net.ConnectAsync("a", _net.Identity("peer"));
        (await back.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
    }

    [Test]
    public async Task ClosedRows_OverTheirCap_TheOldestGoAndTheLimitSaysSo()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.ClosedPeers = 3);
        for (int i = 0; i < 6; i++)
            await FluentActions.Awaiting(() => a.ConnectAsync(TestNetwork.At("nobody" + i)).Soon()).Should().ThrowAsync<P2pConnectException>();

        a.GetPeers().Peers.Select(row => row.Endpoint).Should().Equal("memory://nobody3:1", "memory://nobody4:1", "memory://nobody5:1");
        a.GetStatus().LimitRejections["closed_peers"].Should().Be(3);
        _net.Log.Texts.Should().ContainSingle(line => line.Contains("P2p:Limits:ClosedPeers", StringComparison.Ordinal));
    }

    [Test]
    public async Task Row_ForgottenWhileItsConnectionLingers_IsNotListedAgain()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.ClosedPeers = 0);
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> waiting = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();

        await peer.End.SendAsync(FrameKind.Reject, (byte)RejectCode.NotAllowed);
        await FluentActions.Awaiting(() => waiting.Soon()).Should().ThrowAsync<P2pConnectException>();
        a.GetPeers().Peers.Should().BeEmpty();
        await peer.DisposeAsync();
        await a.StopAsync().Soon();

        a.GetPeers().Peers.Should().BeEmpty();
        a.TryGetPeer(_net.Identity("b").Identity.Id, out _).Should().BeFalse();
    }

    private async Task<FrameKind> JoinAsync(TestNode identity, char instance)
    {
        RawPeer peer = await _net.ConnectAsync("a", identity, RawPeer.Introduce("peer", new string(instance, 32)));
        return (await peer.End.ReadAsync())!.Kind;
    }
}
