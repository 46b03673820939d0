using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Nodes that dial each other over an in-memory network.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConnectTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Connect_ToARunningNode_BothShowOneSecurePeer()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        EventLog there = _net.Watch(b);

        PeerInfo peer = await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await there.WaitAsync(PeerEventKind.PeerConnected);

        peer.Should().Match<PeerInfo>(row =>
            row.State == PeerState.Connected && row.Secure && row.NodeId == "b" && row.Direction == PeerDirection.Outbound
            && row.Endpoint == "memory://b:1" && row.Dialable && row.Attempts == 1 && row.LastError == null);
        peer.Id.Should().Be(b.GetStatus().Id);
        PeerInfo accepted = b.GetPeers().Peers.Should().ContainSingle().Subject;
        accepted.Should().Match<PeerInfo>(row =>
            row.State == PeerState.Connected && row.Secure && row.NodeId == "a" && row.Direction == PeerDirection.Inbound
            && row.Attempts == 0 && row.Endpoint.EndsWith(":1", StringComparison.Ordinal));
        accepted.Id.Should().Be(a.GetStatus().Id);
        foreach (NodeStatus status in (NodeStatus[])[a.GetStatus(), b.GetStatus()])
            (status.PeersConnected, status.HandshakesStarted, status.HandshakesCompleted, status.HandshakesFailed).Should().Be((1, 1L, 1L, 0L));
        a.TryGetPeer(peer.Id!.Value, out PeerInfo? byId).Should().BeTrue();
        a.TryGetPeer(peer.Key, out PeerInfo? byKey).Should().BeTrue();
        a.TryGetPeer(peer.IdText!, out PeerInfo? byText).Should().BeTrue();
        a.TryGetPeer(TestNetwork.At("b"), out PeerInfo? byEndpoint).Should().BeTrue();
        new[] { byId, byKey, byText, byEndpoint }.Should().OnlyContain(row => row!.Key == peer.Key);
    }

    [Test]
    public async Task Connect_ToARowThatIsAboutToBeForgotten_ListsItAgain()
    {
        P2pNode a = await _net.StartAsync("a", options => options.ClosedPeerRetention = TimeSpan.FromSeconds(1));
        _net.Clock.Advance(TimeSpan.FromSeconds(0.5));
        a.Connect(TestNetwork.At("b"));
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);
        IP2pTransportListener listener = await _net.ListenAsync("b");
        _net.Clock.Advance(TimeSpan.FromSeconds(1.2)); // between two heartbeats

        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true });
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();

        (await connecting.Soon()).State.Should().Be(PeerState.Connected);
        a.GetPeers().Peers.Should().ContainSingle().Which.State.Should().Be(PeerState.Connected);
    }

    [Test]
    public async Task Connect_Twice_IsOneAttemptThatBothAwait()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");

        ConnectResult first = a.Connect(TestNetwork.At("b"));
        ConnectResult second = a.Connect(TestNetwork.At("b"));
        Task<PeerInfo> third = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();

        (await third.Soon()).State.Should().Be(PeerState.Connected);
        first.Should().Match<ConnectResult>(result => result.Started && result.Reason == P2pReason.None && result.AttemptId != null && result.State == PeerState.Connecting);
        second.Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.InProgress);
        second.AttemptId.Should().Be(first.AttemptId);
        a.Connect(TestNetwork.At("b")).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.AlreadyConnected && result.State == PeerState.Connected);
        (await a.ConnectAsync(TestNetwork.At("b")).Soon()).Key.Should().Be(a.GetPeers().Peers[0].Key);
        NodeStatus status = a.GetStatus();
        (status.ConnectAttempts, status.ConnectDeduped, status.ConnectFailures).Should().Be((1L, 4L, 0L));
    }

    [Test]
    public async Task Connect_CallerGivesUp_TheDialGoesOnForOthers()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        using var giveUp = new CancellationTokenSource();
        Task<PeerInfo> leaving = a.ConnectAsync(TestNetwork.At("b"), cancellationToken: giveUp.Token);
        Task<PeerInfo> staying = a.ConnectAsync(TestNetwork.At("b"));

        await giveUp.CancelAsync();
        await FluentActions.Awaiting(() => leaving).Should().ThrowAsync<OperationCanceledException>();
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();

        (await staying.Soon()).State.Should().Be(PeerState.Connected);
    }

    [Test]
    public async Task Connect_BothAtOnce_OneConnectionAndBothCallersHaveIt()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");

        PeerInfo[] peers = await Task.WhenAll(
            Task.Run(() => a.ConnectAsync(TestNetwork.At("b"))), Task.Run(() => b.ConnectAsync(TestNetwork.At("a")))).Soon();

        peers[0].Id.Should().Be(b.GetStatus().Id);
        peers[1].Id.Should().Be(a.GetStatus().Id);
        await TestNetwork.QuietAsync(a, b);
        foreach (P2pNode node in (P2pNode[])[a, b])
        {
            node.GetPeers().Peers.Should().ContainSingle(row => row.State == PeerState.Connected);
            NodeStatus status = node.GetStatus();
            status.HandshakesStarted.Should().Be(status.HandshakesCompleted + status.HandshakesFailed);
            status.HandshakesCompleted.Should().BeInRange(1, 2);
            status.ConnectFailures.Should().Be(0);
        }
    }

    [Test]
    public async Task Connect_ManyNodesAllAtOnce_EachPairHasOneConnection()
    {
        const int Count = 6;
        P2pNode[] nodes = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => _net.StartAsync("n" + i)));

        await Task.WhenAll(
            from i in Enumerable.Range(0, Count)
            from j in Enumerable.Range(0, Count)
            where i != j
            select Task.Run(() => nodes[i].ConnectAsync(TestNetwork.At("n" + j)))).Soon();

        await TestNetwork.QuietAsync(nodes);
        foreach (P2pNode node in nodes)
        {
            node.GetPeers().Peers.Where(row => row.State == PeerState.Connected).Select(row => row.Id!.Value)
                .Should().BeEquivalentTo(nodes.Where(other => other != node).Select(other => other.GetStatus().Id!.Value));
            NodeStatus status = node.GetStatus();
            status.HandshakesStarted.Should().Be(status.HandshakesCompleted + status.HandshakesFailed);
            status.ConnectAttempts.Should().Be(Count - 1);
        }
    }

    [Test]
    public async Task Connect_OwnAddress_IsSelfAndRemembered()
    {
        P2pNode a = await _net.StartAsync("a");

        (await Failure(a, "a")).Should().Be(P2pReason.Self);

        a.Connect(TestNetwork.At("a")).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.Self);
        a.Connect(TestNetwork.At("a"), new ConnectOptions { Force = true }).Started.Should().BeFalse("force ends a backoff and not the knowledge of oneself");
        _net.Clock.Advance(TimeSpan.FromMinutes(10));
        a.Connect(TestNetwork.At("a")).Started.Should().BeTrue("an address may belong to another one day");
        a.GetStatus().ConnectAttempts.Should().Be(2);
    }

    [Test]
    public async Task Connect_ExpectedIdAnswers_IsConnected()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");

        PeerInfo peer = await a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { ExpectedId = b.GetStatus().Id }).Soon();

        peer.Id.Should().Be(b.GetStatus().Id);
    }

    [Test]
    public async Task Connect_AnotherIdAnswers_RevealsNothing()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<P2pReason> failure = Failure(a, "b", new ConnectOptions { ExpectedId = _net.Identity("wanted").Identity.Id });
        RawPeer impostor = await _net.AcceptAsync(listener, _net.Identity("impostor"));

        (await impostor.ReadHelloAsync()).Should().BeTrue();
        await impostor.SendAckAsync();

        (await impostor.ReadHandshakeAsync()).Should().BeNull("it sees no Finish, and no byte of one");
        (await failure).Should().Be(P2pReason.IdMismatch);
        a.GetPeers().Peers.Should().NotContain(row => row.Id == _net.Identity("impostor").Identity.Id);
    }

    [Test]
    public async Task Connect_ExpectingAnotherThanTheOneConnected_IsRefused()
    {
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b");
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        var options = new ConnectOptions { ExpectedId = _net.Identity("wanted").Identity.Id };

        a.Connect(TestNetwork.At("b"), options).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.IdMismatch);
        (await Failure(a, "b", options)).Should().Be(P2pReason.IdMismatch);
    }

    [Test]
    public async Task Connect_SharingADialThatExpectsNobody_HoldsItToTheExpectedId()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> anyone = a.ConnectAsync(TestNetwork.At("b"));
        Task<P2pReason> someone = Failure(a, "b", new ConnectOptions { ExpectedId = _net.Identity("wanted").Identity.Id });
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();

        (await anyone.Soon()).State.Should().Be(PeerState.Connected);
        (await someone).Should().Be(P2pReason.IdMismatch);
    }

    [Test]
    public async Task Connect_AnotherEndpointOfAConnectedPeer_JoinsItsRow()
    {
        P2pNode a = await _net.StartAsync("a");
        await _net.StartAsync("b", options => options.ListenAddress = null);
        PeerInfo first = await a.ConnectAsync(TestNetwork.At("b")).Soon();

        PeerInfo second = await a.ConnectAsync(TestNetwork.At("c")).Soon();

        second.Key.Should().Be(first.Key);
        await TestNetwork.QuietAsync(a);
        a.GetPeers().Peers.Should().ContainSingle().Which.Attempts.Should().Be(2);
        a.Connect(TestNetwork.At("c")).Reason.Should().Be(P2pReason.AlreadyConnected);
        NodeStatus status = a.GetStatus();
        (status.HandshakesStarted, status.HandshakesCompleted, status.HandshakesFailed, status.ConnectFailures).Should().Be((2L, 1L, 1L, 0L));
    }

    [Test]
    public async Task Connect_EndpointThatAnInboundPeerAnnounces_IsDialledAndNotTakenForThatPeer()
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);
        TestNode squatter = _net.Identity("squatter");
        RawPeer inbound = await _net.ConnectAsync("a", squatter, RawPeer.Introduce("squatter", port: TestNetwork.Port));
        await inbound.End.ReadAsync();
        PeerInfo shown = (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!;
        var announced = PeerEndpoint.Parse(shown.Endpoint);
        IP2pTransportListener listener = await _net.ListenAsync(announced.Host);

        Task<PeerInfo> connecting = a.ConnectAsync(announced);
        RawPeer honest = await _net.AcceptAsync(listener, _net.Identity("honest"));
        await honest.AnswerAsync();
        await honest.SendReadyAsync();

        (await connecting.Soon()).Id.Should().Be(_net.Identity("honest").Identity.Id, "who answers there counts, not who says that it is there");
        a.GetPeers().Peers.Should().HaveCount(2);
    }

    [Test]
    public async Task Connect_AnotherPeerThanLastTimeAnswers_MovesTheEndpointToItsRow()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        PeerInfo first = await ConnectRawAsync(a, listener, "first");
        EventLog log = _net.Watch(a);
        await _last!.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);

        PeerInfo second = await ConnectRawAsync(a, listener, "second", new ConnectOptions { Force = true });

        second.Key.Should().NotBe(first.Key);
        a.TryGetPeer(TestNetwork.At("b"), out PeerInfo? row).Should().BeTrue();
        row!.Key.Should().Be(second.Key);
        a.TryGetPeer(first.Key, out PeerInfo? old).Should().BeTrue();
        old!.State.Should().Be(PeerState.Closed);
    }

    [Test]
    public async Task Connect_OldPeerOfAnEndpointCameByItself_KeepsItsConnectionWhenAnotherAnswersThere()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        PeerInfo first = await ConnectRawAsync(a, listener, "first");
        EventLog log = _net.Watch(a);
        await _last!.DisposeAsync();
        await log.WaitAsync(PeerEventKind.PeerDisconnected);
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true });
        RawPeer other = await _net.AcceptAsync(listener, _net.Identity("second"));
        await other.ReadHelloAsync();
        RawPeer back = await _net.ConnectAsync("a", _net.Identity("first"));
        await back.End.ReadAsync();
        await log.WaitAsync(change => change.Kind == PeerEventKind.PeerConnected);

        await other.SendAckAsync();
        await other.ReadFinishAsync();
        await other.SendReadyAsync();

        (await connecting.Soon()).Key.Should().NotBe(first.Key);
        a.GetPeers().Peers.Should().HaveCount(2).And.OnlyContain(row => row.State == PeerState.Connected && row.Secure);
        a.GetStatus().PeersConnected.Should().Be(2);
    }

    [Test]
    public async Task Connect_SchemeThatNobodyHas_IsSaidAtOnce()
    {
        P2pNode a = await _net.StartAsync("a");

        a.Connect(PeerEndpoint.Create("b", 1, "quic")).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.UnsupportedScheme);
        a.GetPeers().Peers.Should().BeEmpty();
    }

    [TestCase("169.254.169.254")]
    [TestCase("0.0.0.0")]
    [TestCase("255.255.255.255")]
    [TestCase("224.0.0.1")]
    [TestCase("10.0.0.1")]
    public async Task Connect_LiteralThatThePolicyRefuses_IsSaidAtOnce(string host)
    {
        P2pNode a = await _net.StartAsync("a", options => options.DialPolicy.AllowPrivate = false);

        a.Connect(PeerEndpoint.Create(host, 1)).Should().Match<ConnectResult>(result => !result.Started && result.Reason == P2pReason.EndpointDenied);
        a.GetPeers().Peers.Should().BeEmpty();
        a.GetStatus().ConnectAttempts.Should().Be(0);
    }

    [Test]
    public async Task Connect_NobodyListens_FailsWithTheReasonAndIsShownClosed()
    {
        P2pNode a = await _net.StartAsync("a");

        (await Failure(a, "nobody")).Should().Be(P2pReason.ConnectionRefused);

        PeerInfo row = a.GetPeers().Peers.Should().ContainSingle().Subject;
        row.State.Should().Be(PeerState.Closed);
        row.LastError!.Reason.Should().Be(P2pReason.ConnectionRefused);
        row.LastError.Endpoint.Should().Be("memory://nobody:1");
        row.NextAttemptIn.Should().BeNull();
        a.GetStatus().LastError!.Reason.Should().Be(P2pReason.ConnectionRefused);
        a.GetStatus().HandshakesStarted.Should().Be(0);
        a.GetStatus().ConnectFailures.Should().Be(1);
    }

    private RawPeer? _last;

    private async Task<PeerInfo> ConnectRawAsync(P2pNode node, IP2pTransportListener listener, string identity, ConnectOptions? options = null)
    {
        Task<PeerInfo> connecting = node.ConnectAsync(TestNetwork.At("b"), options);
        _last = await _net.AcceptAsync(listener, _net.Identity(identity));
        await _last.AnswerAsync();
        await _last.SendReadyAsync();
        return await connecting.Soon();
    }

    private static async Task<P2pReason> Failure(P2pNode node, string to, ConnectOptions? options = null)
    {
        try
        {
            await node.ConnectAsync(TestNetwork.At(to), options).Soon();
            return P2pReason.None;
        }
        catch (P2pConnectException e)
        {
            return e.Reason;
        }
    }
}
