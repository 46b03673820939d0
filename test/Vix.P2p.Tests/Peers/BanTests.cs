using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Peers that an operator refuses, through running nodes (docs/security.md, "Bans").</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BanTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly ConnectOptions Persistent = new() { Persistent = true };

    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Ban_ConnectedPeer_EndsTheConnectionWithThatReasonOnBothSides()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        EventLog here = _net.Watch(a);
        EventLog there = _net.Watch(b);
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Id!.Value;

        a.Ban(id, Hour).Should().Be(new PeerBan(id, _net.Clock.GetUtcNow(), Hour, Hour));

        PeerEvent left = await here.WaitAsync(PeerEventKind.PeerDisconnected);
        left.Reason.Should().Be(P2pReason.Banned);
        left.Peer!.Should().Match<PeerInfo>(row => row.State == PeerState.Closed && row.DisconnectReason == P2pReason.Banned);
        (await there.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Banned);
        a.GetBans().Should().ContainSingle().Which.Id.Should().Be(id);
        _net.Log.Texts.Should().Contain(line => line.StartsWith($"[p2p] peer banned: {id}", StringComparison.Ordinal));
    }

    [Test]
    public async Task BannedPeer_InBothDirections_IsRefusedUntilTheBanEnds()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        PeerId id = b.GetStatus().Id!.Value;
        a.Ban(id, Hour);

        (await FailureAsync(() => b.ConnectAsync(TestNetwork.At("a")))).Should().Be(P2pReason.RejectedNotAllowed, "why is not told to a stranger");
        (await FailureAsync(() => a.ConnectAsync(TestNetwork.At("b")))).Should().Be(P2pReason.Banned);
        a.Connect(TestNetwork.At("b"), new ConnectOptions { ExpectedId = id, Force = true }).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.Banned);
        a.GetPeers().Peers.Should().NotContain(row => row.Secure);

        _net.Clock.Advance(Hour);

        a.GetBans().Should().BeEmpty();
        (await a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true }).Soon()).Id.Should().Be(id);
    }

    [Test]
    public async Task Unban_BannedPeer_MayComeAgainAtOnce()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        a.Ban(identity.Identity.Id, Hour);
        (await FirstFrameAsync(identity)).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));

        a.Unban(identity.Identity.Id).Should().BeTrue();
        a.Unban(identity.Identity.Id).Should().BeFalse();

        (await FirstFrameAsync(identity)).Kind.Should().Be(FrameKind.Ready);
        _net.Log.Texts.Count(line => line.StartsWith("[p2p] peer no longer banned", StringComparison.Ordinal)).Should().Be(1);
    }

    [Test]
    public async Task Unban_WhenTheBanHasRunOut_SaysThatThereWasNone()
    {
        P2pNode a = await _net.StartAsync("a");
        PeerId id = _net.Identity("peer").Identity.Id;
        a.Ban(id, TimeSpan.FromMilliseconds(1));

        _net.Clock.Advance(TimeSpan.FromMilliseconds(1));

        a.Unban(id).Should().BeFalse();
    }

    [Test]
    public async Task Ban_PersistentPeer_IsPausedAndStaysSoAfterTheBan()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b"), Persistent).Soon()).Id!.Value;

        a.Ban(id, Hour);

        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0);
        a.GetPersistentPeers().Should().ContainSingle().Which.Should().Match<PersistentPeer>(peer => peer.Paused && peer.State == PeerState.Closed && peer.NextAttemptIn == null && peer.Id == id);
        a.Connect(TestNetwork.At("b"), Persistent).Reason.Should().Be(P2pReason.Banned, "a wish does not lift a ban");
        a.GetPersistentPeers()[0].Paused.Should().BeTrue();
        await Waiting.UntilAsync(() => b.GetStatus().PeersConnected == 0);
        _net.Clock.Advance(Hour + Hour);
        a.GetPersistentPeers()[0].Paused.Should().BeTrue();
        (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Persistent.Should().BeTrue();
        a.GetPersistentPeers()[0].Paused.Should().BeFalse();
    }

    [Test]
    public async Task Ban_WhileThePersistentPeersNextDialIsPlanned_EndsThePlanWithThatReason()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        PeerId id = (await a.ConnectAsync(TestNetwork.At("b"), Persistent).Soon()).Id!.Value;
        EventLog log = _net.Watch(a);
        await b.StopAsync().Soon();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);

        a.Ban(id, Hour);
        _net.Clock.Advance(TimeSpan.FromMinutes(10));

        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row =>
            row.State == PeerState.Closed && row.DisconnectReason == P2pReason.Banned && row.NextAttemptIn == null && row.Attempts == 1);
    }

    [Test]
    public async Task Ban_IdThatAPersistentEndpointExpects_PausesItBeforeItWasEverReached()
    {
        PeerId id = _net.Identity("wanted").Identity.Id;
        P2pNode a = await _net.StartAsync("a", options => options.Peers = [$"memory://b:1#{id}", "memory://c:1"]);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures >= 2 && a.GetStatus().PeersByState[PeerState.Connecting] == 0);

        a.Ban(id, Hour);

        a.GetPersistentPeers().Should().SatisfyRespectively(
            expecting => expecting.Should().Match<PersistentPeer>(peer => peer.Paused && peer.State == PeerState.Closed && peer.ExpectedId == id),
            other => other.Paused.Should().BeFalse());
    }

    [Test]
    public async Task Ban_AheadOfAPersistentEndpointThatLeadsThere_IsTriedAtItsLongestAndConnectsAfterTheBan()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        a.Ban(b.GetStatus().Id!.Value, Hour);

        (await FailureAsync(() => a.ConnectAsync(TestNetwork.At("b"), Persistent))).Should().Be(P2pReason.Banned);

        a.GetPersistentPeers().Should().ContainSingle().Which.Should().Match<PersistentPeer>(peer =>
            !peer.Paused && peer.Id == null && peer.LastError!.Reason == P2pReason.Banned && peer.NextAttemptIn <= TimeSpan.FromSeconds(30));
        a.Unban(b.GetStatus().Id!.Value);
        EventLog log = _net.Watch(a);
        await _net.PassUntilAsync(a, status => status.PeersConnected == 1);
        (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!.Persistent.Should().BeTrue();
    }

    [Test]
    public async Task Ban_DialBeforeTheAck_EndsItBeforeAnythingIsRevealed()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<P2pReason> failure = FailureAsync(() => a.ConnectAsync(TestNetwork.At("b")));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.ReadHelloAsync();

        a.Ban(_net.Identity("b").Identity.Id, Hour);
        await peer.SendAckAsync();

        (await peer.ReadHandshakeAsync()).Should().BeNull("no Finish follows");
        (await failure).Should().Be(P2pReason.Banned);
        a.GetAttempts().Should().ContainSingle().Which.Should().Match<ConnectAttempt>(attempt =>
            attempt.State == ConnectAttemptState.Failed && attempt.Reason == P2pReason.Banned && attempt.PeerId == _net.Identity("b").Identity.Id);
    }

    [Test]
    public async Task Ban_DialBetweenFinishAndReady_EndsItAndFreesTheClaim()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<P2pReason> failure = FailureAsync(() => a.ConnectAsync(TestNetwork.At("b"), Persistent));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();

        a.Ban(_net.Identity("b").Identity.Id, Hour);

        (await failure).Should().Be(P2pReason.Banned);
        await TestNetwork.QuietAsync(a);
        a.GetAttempts().Should().ContainSingle().Which.Reason.Should().Be(P2pReason.Banned);
        a.GetPersistentPeers().Should().ContainSingle().Which.Should().Match<PersistentPeer>(known => known.Paused && known.State == PeerState.Closed);
        a.Unban(_net.Identity("b").Identity.Id);
        (await FirstFrameAsync(_net.Identity("b"))).Kind.Should().Be(FrameKind.Ready, "nobody holds the claim any more");
    }

    [Test]
    public async Task Ban_PeerThatComesByAnotherDialThanItsRowKnows_EndsBothDials()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        IP2pTransportListener first = await _net.ListenAsync("b");
        IP2pTransportListener second = await _net.ListenAsync("c");
        // The row knows its peer, and is dialled where nobody answers yet.
        RawPeer known = await ConnectThroughAsync(a, first, "b", identity);
        EventLog log = _net.Watch(a);
        await known.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);
        Task<P2pReason> silent = FailureAsync(() => a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true }));
        RawPeer still = await _net.AcceptAsync(first, identity);
        await still.ReadHelloAsync();
        Task<P2pReason> claiming = FailureAsync(() => a.ConnectAsync(TestNetwork.At("c")));
        RawPeer other = await _net.AcceptAsync(second, identity);
        await other.AnswerAsync();

        a.Ban(identity.Identity.Id, Hour);

        (await silent).Should().Be(P2pReason.Banned);
        (await claiming).Should().Be(P2pReason.Banned);
        await TestNetwork.QuietAsync(a);
        a.GetPeers().Peers.Should().OnlyContain(row => row.State == PeerState.Closed);
    }

    [Test]
    public async Task Ban_InboundPeerBetweenFinishAndReady_NeverLeavesItConnected()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        for (int i = 0; i < 200; i++)
        {
            RawPeer peer = await _net.DialAsync("a", identity);
            await peer.SendHelloAsync();
            await peer.ReadAckAsync();
            Task ban = Task.Run(() => a.Ban(identity.Identity.Id, Hour));
            await peer.SendFinishAsync(RawPeer.Introduce("raw"));
            await ban.Soon();

            RawFrame? last = null;
            for (RawFrame? frame = await peer.End.ReadAsync(); frame is not null; frame = await peer.End.ReadAsync())
                last = frame;
            // Refused, or told Ready and then, or instead, why it is over; cut off where nothing could be told yet.
            (last is null || last.Kind is FrameKind.Reject || (last.Kind is FrameKind.Close && last.Body[0] == (byte)CloseCode.Banned)).Should().BeTrue($"{last?.Kind} is not how a banned peer is left");
            await TestNetwork.QuietAsync(a);
            a.GetPeers().Peers.All(row => row.State == PeerState.Closed && row.DisconnectReason == P2pReason.Banned).Should().BeTrue();
            a.Unban(identity.Identity.Id).Should().BeTrue();
        }
    }

    [Test]
    public async Task Ban_RacesWithADial_NeverLeavesItConnected()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        PeerId id = b.GetStatus().Id!.Value;
        for (int i = 0; i < 100; i++)
        {
            Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true });
            await Task.Run(() => a.Ban(id, Hour)).Soon();
            await ((Task)connecting).Soon().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            await TestNetwork.QuietAsync(a, b);
            await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0 && b.GetStatus().PeersConnected == 0);
            connecting.IsCompletedSuccessfully.Should().Be(connecting.Exception is null);
            (connecting.Exception?.InnerException as P2pConnectException)?.Reason.Should().Be(P2pReason.Banned);
            a.Unban(id).Should().BeTrue();
        }
    }

    [Test]
    public async Task Ban_MoreThanTheLimit_CountsAndSaysWhichSettingToRaise()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.Bans = 2);
        for (int i = 0; i < 3; i++)
            a.Ban(_net.Identity($"{i}").Identity.Id, Hour);

        a.GetBans().Select(ban => ban.Id).Should().Equal(_net.Identity("1").Identity.Id, _net.Identity("2").Identity.Id);
        a.GetStatus().LimitRejections["bans"].Should().Be(1);
        _net.Log.Texts.Should().ContainSingle(line => line.Contains("P2p:Limits:Bans", StringComparison.Ordinal));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(0.5)]
    [TestCase(31_536_000_001)]
    public async Task Ban_DurationOutOfItsRange_IsRefused(double milliseconds)
    {
        P2pNode a = await _net.StartAsync("a");

        a.Invoking(node => node.Ban(default, TimeSpan.FromMilliseconds(milliseconds))).Should().Throw<ArgumentOutOfRangeException>();

        a.GetBans().Should().BeEmpty();
    }

    [Test]
    public async Task Ban_BeforeTheStart_HoldsOnceItRuns()
    {
        P2pNode a = _net.Make("a");
        a.Ban(_net.Identity("peer").Identity.Id, Hour);
        await a.StartAsync().Soon();

        (await FirstFrameAsync(_net.Identity("peer"))).Kind.Should().Be(FrameKind.Reject);
    }

    private async Task<RawPeer> ConnectThroughAsync(P2pNode node, IP2pTransportListener listener, string name, TestNode identity)
    {
        Task<PeerInfo> connecting = node.ConnectAsync(TestNetwork.At(name));
        RawPeer peer = await _net.AcceptAsync(listener, identity);
        await peer.AnswerAsync();
        await peer.SendReadyAsync();
        await connecting.Soon();
        return peer;
    }

    private async Task<RawFrame> FirstFrameAsync(TestNode identity)
    {
        RawPeer peer = await _net.ConnectAsync("a", identity);
        return (await peer.End.ReadAsync())!;
    }

    private static async Task<P2pReason> FailureAsync(Func<Task> connect) =>
        (await FluentActions.Awaiting(() => connect().Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason;
}
