using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Which endpoints are kept connected, and the end of that.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeptEndpointsTests : IAsyncDisposable
{
    private static readonly ConnectOptions Persistent = new() { Persistent = true };

    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task RemovePersistent_Connected_StaysConnectedAndIsNotDialledAgain()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        await a.ConnectAsync(TestNetwork.At("b"), Persistent).Soon();
        EventLog log = _net.Watch(a);

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();
        a.RemovePersistent(TestNetwork.At("b")).Should().BeFalse();

        a.GetPersistentPeers().Should().BeEmpty();
        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row => row.State == PeerState.Connected && !row.Persistent);
        await b.StopAsync().Soon();
        (await log.WaitAsync(PeerEventKind.PeerDisconnected)).Peer!.Should().Match<PeerInfo>(row => row.State == PeerState.Closed && row.NextAttemptIn == null);
    }

    [Test]
    public async Task RemovePersistent_NextDialPlanned_EndsThePlan()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Peers = ["memory://b:1"]);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();
        _net.Clock.Advance(TimeSpan.FromHours(1));

        a.GetStatus().ConnectAttempts.Should().Be(1);
        a.GetPeers().Peers.Should().NotContain(row => row.Persistent || row.State == PeerState.Disconnected);
        _net.Log.Texts.Should().ContainSingle(line => line == "[p2p] no longer kept connected: memory://b:1");
    }

    [Test]
    public async Task RemovePersistent_Paused_IsForgottenInTime()
    {
        P2pNode a = await _net.StartAsync("a");
        a.Connect(TestNetwork.At("b"), Persistent);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);
        a.Disconnect(TestNetwork.At("b"));

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();
        _net.Clock.Advance(TimeSpan.FromDays(1));

        await Waiting.UntilAsync(() => a.GetPeers().Peers.Count == 0);
    }

    [Test]
    public async Task RemovePersistent_DialUnderWay_TheDialGoesOn()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"), Persistent);
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();
        await peer.AnswerAsync();
        await peer.SendReadyAsync();

        (await connecting.Soon()).Persistent.Should().BeFalse();
    }

    [Test]
    public async Task RemovePersistent_EndpointThatWasOnlyDialled_IsNoneAndTheWishOfTheOtherStays()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        await LeadToOnePeerAsync(a, identity, second: null);

        a.GetPersistentPeers().Should().ContainSingle("the other was dialled once, and nobody asked to keep it").Which.Endpoint.Should().Be(TestNetwork.At("b"));
        a.RemovePersistent(TestNetwork.At("c")).Should().BeFalse();
        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();

        a.GetPersistentPeers().Should().BeEmpty();
        a.GetPeers().Peers.Should().ContainSingle().Which.Persistent.Should().BeFalse();
    }

    [Test]
    public async Task RemovePersistent_OneOfTwoThatLeadToOnePeer_KeepsItAtTheOther()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        (RawPeer connected, IP2pTransportListener second) = await LeadToOnePeerAsync(a, identity, Persistent);
        a.GetPersistentPeers().Select(peer => peer.Endpoint).Should().BeEquivalentTo([TestNetwork.At("b"), TestNetwork.At("c")]);

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();

        a.GetPersistentPeers().Should().ContainSingle().Which.Endpoint.Should().Be(TestNetwork.At("c"));
        EventLog log = _net.Watch(a);
        await connected.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);
        await _net.PassUntilADialAsync(a);
        (await _net.AcceptAsync(second, identity)).Should().NotBeNull();
    }

    [Test]
    public async Task Connect_PersistentEndpointThatAnotherRowKeeps_GoesToThePeerThatIsExpectedThere()
    {
        P2pNode a = await _net.StartAsync("a");
        a.Connect(TestNetwork.At("b"), Persistent);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);
        TestNode identity = _net.Identity("peer");
        RawPeer inbound = await _net.ConnectAsync("a", identity);
        await inbound.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);

        a.Connect(TestNetwork.At("b"), new ConnectOptions { Persistent = true, ExpectedId = identity.Identity.Id }).Reason.Should().Be(P2pReason.AlreadyConnected);

        // The row that was there before keeps nothing any more, and nothing is kept that is not listed.
        a.GetPersistentPeers().Should().ContainSingle().Which.Id.Should().Be(identity.Identity.Id);
        a.GetPeers().Peers.Where(row => row.Persistent).Should().ContainSingle().Which.Id.Should().Be(identity.Identity.Id);
        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();
        a.GetPeers().Peers.Should().NotContain(row => row.Persistent);
        long attempts = a.GetStatus().ConnectAttempts;
        _net.Clock.Advance(TimeSpan.FromMinutes(1));
        a.GetStatus().ConnectAttempts.Should().Be(attempts);
    }

    [Test]
    public async Task Connect_AnotherPeerAnswersAtOneOfTwoKeptEndpoints_BothPeersAreKept()
    {
        P2pNode a = await _net.StartAsync("a");
        TestNode identity = _net.Identity("peer");
        IP2pTransportListener first = await _net.ListenAsync("b");
        (RawPeer connected, IP2pTransportListener second) = await LeadToOnePeerAsync(a, identity, Persistent, first);
        EventLog log = _net.Watch(a);
        await connected.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);
        await _net.PassUntilADialAsync(a);

        // Whichever endpoint is dialled first, another peer answers there.
        Task<RawPeer> atFirst = _net.AcceptAsync(first, _net.Identity("newcomer"));
        Task<RawPeer> atSecond = _net.AcceptAsync(second, _net.Identity("newcomer"));
        RawPeer newcomer = await await Task.WhenAny(atFirst, atSecond);
        await newcomer.AnswerAsync();
        await newcomer.SendReadyAsync();
        await log.WaitAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.Id == _net.Identity("newcomer").Identity.Id);

        a.GetPersistentPeers().Select(peer => peer.Endpoint).Should().BeEquivalentTo([TestNetwork.At("b"), TestNetwork.At("c")]);
        a.GetPersistentPeers().Select(peer => peer.Id).Should().BeEquivalentTo([identity.Identity.Id, _net.Identity("newcomer").Identity.Id]);
        // The peer that was here before is still dialled at the endpoint that is left to it.
        await _net.PassUntilADialAsync(a);
        (await (newcomer == await IfDone(atFirst) ? atSecond : atFirst)).Should().NotBeNull();
    }

    [Test]
    public async Task Connect_ManyPersistentEndpointsOfOnePeer_AreBounded()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 4);
        TestNode identity = _net.Identity("peer");
        RawPeer inbound = await _net.ConnectAsync("a", identity);
        await inbound.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);

        for (int i = 0; i < 100; i++)
            a.Connect(TestNetwork.At($"x{i}"), new ConnectOptions { Persistent = true, ExpectedId = identity.Identity.Id }).Reason.Should().Be(i < 4 ? P2pReason.AlreadyConnected : P2pReason.PeerLimit);

        a.GetPersistentPeers().Should().HaveCount(4).And.OnlyContain(peer => peer.Id == identity.Identity.Id);
        a.Connect(TestNetwork.At("x0"), Persistent).Reason.Should().Be(P2pReason.AlreadyConnected, "one that is kept already needs no place");
    }

    [Test]
    public async Task Connect_OnceWithAnotherId_LeavesWhoIsKeptThere()
    {
        P2pNode a = await _net.StartAsync("a");
        PeerId wanted = _net.Identity("wanted").Identity.Id;
        a.Connect(TestNetwork.At("b"), new ConnectOptions { Persistent = true, ExpectedId = wanted });
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.Connect(TestNetwork.At("b"), new ConnectOptions { Force = true, ExpectedId = _net.Identity("mistaken").Identity.Id });

        a.GetPersistentPeers().Should().ContainSingle().Which.ExpectedId.Should().Be(wanted);
    }

    [Test]
    public async Task Connect_OnceWithTheIdOfAnotherThatIsKept_LeavesTheEndpointToItsPeer()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode c = await _net.StartAsync("c");
        await a.ConnectAsync(TestNetwork.At("c"), Persistent).Soon();
        a.Connect(TestNetwork.At("b"), Persistent);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.Connect(TestNetwork.At("b"), new ConnectOptions { ExpectedId = c.GetStatus().Id }).Reason.Should().Be(P2pReason.AlreadyConnected);

        a.GetPersistentPeers().Single(peer => peer.Endpoint.Equals(TestNetwork.At("b"))).Id.Should().BeNull("nobody has answered there yet");
        await _net.PassUntilAsync(a, status => status.ConnectFailures >= 3);
        await _net.StartAsync("b");
        await _net.PassUntilAsync(a, status => status.PeersConnected == 2);
    }

    [Test]
    public async Task Connect_PersistentInTheBackoffOfOneThatWasNotKept_WaitsAsOneThatIsKept()
    {
        P2pNode a = await _net.StartAsync("a", options => options.DialPolicy.BackoffMaxPersistent = options.DialPolicy.BackoffInitial);
        TimeSpan longest = TimeSpan.FromSeconds(0.5);
        ConnectResult refused;
        int failures = 0;
        do
        {
            a.Connect(TestNetwork.At("b"), new ConnectOptions { Force = true }).Started.Should().BeTrue();
            failures++;
            await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == failures);
            refused = a.Connect(TestNetwork.At("b"));
        }
        while (refused.RetryAfter is null || refused.RetryAfter < 2 * longest);

        a.Connect(TestNetwork.At("b"), Persistent).RetryAfter.Should().Be(longest);

        a.GetPersistentPeers().Should().ContainSingle().Which.NextAttemptIn.Should().Be(longest);
    }

    [Test]
    public async Task RemovePersistent_NoClosedPeersAreKept_IsForgottenAtOnce()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.ClosedPeers = 0);
        a.Connect(TestNetwork.At("b"), Persistent);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        a.RemovePersistent(TestNetwork.At("b")).Should().BeTrue();

        a.GetPeers().Peers.Should().BeEmpty();
    }

    private static async Task<RawPeer?> IfDone(Task<RawPeer> task) => task.IsCompleted ? await task : null;

    /// <summary>Kept connected at b, and then reached at c too.</summary>
    private async Task<(RawPeer Connected, IP2pTransportListener Second)> LeadToOnePeerAsync(P2pNode node, TestNode identity, ConnectOptions? second, IP2pTransportListener? first = null)
    {
        first ??= await _net.ListenAsync("b");
        IP2pTransportListener other = await _net.ListenAsync("c");
        Task<PeerInfo> connecting = node.ConnectAsync(TestNetwork.At("b"), Persistent);
        RawPeer connected = await _net.AcceptAsync(first, identity);
        await connected.AnswerAsync();
        await connected.SendReadyAsync();
        await connecting.Soon();
        connecting = node.ConnectAsync(TestNetwork.At("c"), second);
        RawPeer again = await _net.AcceptAsync(other, identity);
        await again.ReadHelloAsync();
        await again.SendAckAsync();
        await connecting.Soon();
        return (connected, other);
    }
}
