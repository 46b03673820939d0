using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Peers that are kept connected, through a running node.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PersistentPeersTests : IAsyncDisposable
{
    private static readonly ConnectOptions Persistent = new() { Persistent = true };

    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Options_PeerIsDown_IsDialledUntilItComes()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Peers = ["memory://b:1"]);
        await FailedDialsAsync(a, 1);
        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row =>
            row.State == PeerState.Disconnected && row.Persistent && row.NextAttemptIn <= TimeSpan.FromSeconds(0.5) && row.LastError!.Reason == P2pReason.ConnectionRefused);

        await _net.PassUntilAsync(a, status => status.ConnectFailures >= 9);

        EventLog log = _net.Watch(a);
        await _net.StartAsync("b");
        await _net.PassUntilAsync(a, status => status.PeersConnected == 1);

        PeerInfo peer = (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!;
        peer.Attempts.Should().BeGreaterThanOrEqualTo(10).And.Be(a.GetStatus().ConnectFailures + 1);
        _net.Log.Texts.Count(line => line.Contains("connect() failed: memory://b:1", StringComparison.Ordinal)).Should().Be(1, "a peer that is down is told once");
    }

    [Test]
    public async Task Options_PeerWithAnId_IsHeldToIt()
    {
        IP2pTransportListener listener = await _net.ListenAsync("b");
        P2pNode a = await _net.StartAsync("a", options => options.Peers = [$"memory://b:1#{_net.Identity("wanted").Identity.Id}"]);

        RawPeer impostor = await _net.AcceptAsync(listener, _net.Identity("impostor"));
        await impostor.ReadHelloAsync();
        await impostor.SendAckAsync();
        (await impostor.ReadHandshakeAsync()).Should().BeNull();
        await FailedDialsAsync(a, 1);
        await _net.PassUntilADialAsync(a);
        RawPeer wanted = await _net.AcceptAsync(listener, _net.Identity("wanted"));
        EventLog log = _net.Watch(a);
        await wanted.AnswerAsync();
        await wanted.SendReadyAsync();

        (await log.WaitAsync(PeerEventKind.PeerConnected)).Peer!.Id.Should().Be(_net.Identity("wanted").Identity.Id);
    }

    [Test]
    public async Task Connection_Ends_IsDialledAgainWithinOneBackoffStep()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        EventLog log = _net.Watch(a);
        a.Connect(TestNetwork.At("b"), Persistent);
        RawPeer first = await AnswerAsync(listener);
        await log.WaitAsync(PeerEventKind.PeerConnected);

        await first.DisposeAsync();
        PeerEvent left = await log.WaitAsync(PeerEventKind.PeerDisconnected);
        left.Peer!.State.Should().Be(PeerState.Disconnected);
        left.Peer.NextAttemptIn.Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(0.5));
        log.Clear();
        _net.Clock.Advance(TimeSpan.FromSeconds(0.502));
        await AnswerAsync(listener);

        await log.WaitAsync(PeerEventKind.PeerConnected);
    }

    [Test]
    public async Task Disconnect_ThenConnect_PausesAndGoesOn()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"), Persistent);
        RawPeer first = await AnswerAsync(listener);
        await connecting.Soon();
        Task<bool> disconnecting = a.DisconnectAsync(TestNetwork.At("b"));
        await first.End.ReadAsync();
        await first.End.HalfCloseAsync();

        (await disconnecting.Soon()).Should().BeTrue();
        _net.Clock.Advance(TimeSpan.FromHours(1));
        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row => row.State == PeerState.Closed && row.Persistent && row.NextAttemptIn == null && row.Attempts == 1);
        (await a.DisconnectAsync(TestNetwork.At("b")).Soon()).Should().BeFalse("it is paused already");
        connecting = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer second = await AnswerAsync(listener);
        await connecting.Soon();
        EventLog log = _net.Watch(a);
        await second.DisposeAsync();

        (await log.WaitAsync(PeerEventKind.PeerDisconnected)).Peer!.State.Should().Be(PeerState.Disconnected, "it is kept connected again");
    }

    [Test]
    public async Task Disconnect_WhileTheNextDialIsPlanned_EndsThePlan()
    {
        P2pNode a = await _net.StartAsync("a");
        a.Connect(TestNetwork.At("b"), Persistent);
        await FailedDialsAsync(a, 1);

        (await a.DisconnectAsync(TestNetwork.At("b")).Soon()).Should().BeTrue();
        _net.Clock.Advance(TimeSpan.FromHours(1));

        a.GetPeers().Peers.Should().ContainSingle().Which.Should().Match<PeerInfo>(row => row.State == PeerState.Closed && row.Attempts == 1 && row.NextAttemptIn == null);
    }

    [Test]
    public async Task Connect_PersistentByIdWhileThePeerIsHere_DialsTheEndpointOnceItHasGone()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer inbound = await _net.ConnectAsync("a", _net.Identity("peer")); // announces no port
        EventLog log = _net.Watch(a);
        await inbound.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);

        a.Connect(TestNetwork.At("b"), new ConnectOptions { Persistent = true, ExpectedId = _net.Identity("peer").Identity.Id }).Reason.Should().Be(P2pReason.AlreadyConnected);
        IP2pTransportListener listener = await _net.ListenAsync("b");
        await inbound.DisposeAsync();
        (await log.WaitAsync(PeerEventKind.PeerDisconnected)).Peer!.State.Should().Be(PeerState.Disconnected);
        _net.Clock.Advance(TimeSpan.FromSeconds(0.502));

        await AnswerAsync(listener, "peer");
        await log.WaitAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.Direction == PeerDirection.Outbound);
    }

    [Test]
    public async Task Backoff_OrdinaryEndpoint_RefusesUntilItIsOverUnlessForced()
    {
        P2pNode a = await _net.StartAsync("a");
        ConnectResult refused;
        int failures = 0;
        do
        {
            // A wait that is drawn as nearly nothing would be over before it is asked for.
            a.Connect(TestNetwork.At("b"), new ConnectOptions { Force = true }).Started.Should().BeTrue();
            await FailedDialsAsync(a, ++failures);
            refused = a.Connect(TestNetwork.At("b"));
            refused.Started.Should().BeFalse();
        }
        while (refused.RetryAfter < TimeSpan.FromSeconds(1));

        refused.Reason.Should().Be(P2pReason.Backoff);
        a.GetStatus().BackoffSkips.Should().Be(failures);
        a.GetStatus().TrackedEndpoints.Should().Be(1);
        _net.Clock.Advance(refused.RetryAfter!.Value - TimeSpan.FromMilliseconds(1));
        a.Connect(TestNetwork.At("b")).Reason.Should().Be(P2pReason.Backoff);
        _net.Clock.Advance(TimeSpan.FromMilliseconds(1));
        a.Connect(TestNetwork.At("b")).Started.Should().BeTrue();
    }

    [Test]
    public async Task Connect_ManyPersistentThatArePausedAtOnce_AreBounded()
    {
        P2pNode a = await _net.StartAsync("a", options => options.MaxPeers = 4);

        for (int i = 0; i < 20; i++)
        {
            PeerEndpoint endpoint = TestNetwork.At($"nobody{i}");
            ConnectResult result = a.Connect(endpoint, Persistent);
            result.Reason.Should().Be(i < 4 ? P2pReason.None : P2pReason.PeerLimit, "paused ones are never forgotten");
            a.Disconnect(endpoint).Should().Be(i < 4);
        }

        await TestNetwork.QuietAsync(a);
        a.GetPeers().Peers.Should().HaveCount(4).And.OnlyContain(row => row.Persistent);
    }

    private async Task<RawPeer> AnswerAsync(IP2pTransportListener listener, string identity = "b")
    {
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity(identity));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();
        return peer;
    }

    private static Task FailedDialsAsync(P2pNode node, int count) =>
        Waiting.UntilAsync(() => node.GetStatus().ConnectFailures >= count && node.GetStatus().PeersByState[PeerState.Connecting] == 0);
}
