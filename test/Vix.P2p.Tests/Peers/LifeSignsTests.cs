using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Heartbeats through running nodes (docs/security.md, rows 4 and 18).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LifeSignsTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Peer_FallsSilent_IsStaleThenAliveThenClosed(bool dialled)
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);
        RawPeer peer = await PeerAsync(a, dialled);
        await log.WaitAsync(PeerEventKind.PeerConnected);

        _net.Clock.Advance(TimeSpan.FromSeconds(16));
        PeerEvent stale = await log.WaitAsync(PeerEventKind.PeerStale);
        (stale.Reason, stale.Peer!.State).Should().Be((P2pReason.Stale, PeerState.Stale));
        a.GetStatus().PeersConnected.Should().Be(1, "a stale peer counts as connected");
        log.Clear();
        await peer.End.SendAsync(FrameKind.FirstExtension, 1);
        PeerEvent alive = await log.WaitAsync(PeerEventKind.PeerStale);
        (alive.Reason, alive.Peer!.State).Should().Be((P2pReason.None, PeerState.Connected));
        _net.Clock.Advance(TimeSpan.FromSeconds(30)); // not a second more, which the linger would take

        PeerEvent closed = await log.WaitAsync(PeerEventKind.PeerDisconnected);
        closed.Reason.Should().Be(P2pReason.Stale);
        closed.Revision.Should().BeGreaterThan(alive.Revision).And.BeGreaterThan(stale.Revision);
        RawFrame? frame = await peer.End.ReadAsync();
        while (frame is { Kind: FrameKind.Ping })
            frame = await peer.End.ReadAsync();
        frame.Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.Stale]));
    }

    [Test]
    public async Task Peer_AnswersEachPing_StaysConnectedForAnHourOfClockJumps()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await PeerAsync(a, dialled: false);
        EventLog log = _net.Watch(a);
        for (int i = 0; i < 600; i++)
        {
            _net.Clock.JumpWallClock(TimeSpan.FromDays(i % 2 == 0 ? 3652 : -3653));
            _net.Clock.Advance(TimeSpan.FromSeconds(6));
            RawFrame ping = (await peer.End.ReadAsync())!;
            ping.Kind.Should().Be(FrameKind.Ping);
            await peer.End.SendAsync(FrameKind.Pong, ping.Body);
            // The node's answer shows that it has taken the Pong before it.
            await peer.End.SendAsync(FrameKind.Ping, RawEnd.Token((ulong)i));
            (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Pong);
        }

        log.Seen.Should().BeEmpty();
        PeerInfo row = a.GetPeers().Peers.Should().ContainSingle().Subject;
        row.Should().Match<PeerInfo>(peer => peer.State == PeerState.Connected && peer.Rtt <= TimeSpan.FromSeconds(1) && peer.LastSeen == TimeSpan.Zero);
        row.ConnectedFor.Should().Be(TimeSpan.FromHours(1));
    }

    [Test]
    public async Task TwoNodes_LinkGoesDead_BothCloseWithStale()
    {
        P2pNode a = await _net.StartAsync("a", Deaf);
        P2pNode b = await _net.StartAsync("b", Deaf);
        EventLog here = _net.Watch(a);
        EventLog there = _net.Watch(b);
        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await there.WaitAsync(PeerEventKind.PeerConnected);

        // Just so long: a second more, and whoever closes first may have given up its last second before the other looks.
        _net.Clock.Advance(TimeSpan.FromSeconds(30));

        (await here.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Stale);
        (await there.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.Stale);

        // Never pings within its time: as on a link that carries nothing, neither hears from the other.
        static void Deaf(P2pNodeOptions options) =>
            (options.PingInterval, options.StaleAfter, options.CloseAfter) = (TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(29.5), TimeSpan.FromSeconds(30));
    }

    private async Task<RawPeer> PeerAsync(P2pNode node, bool dialled)
    {
        if (dialled)
        {
            RawPeer inbound = await _net.ConnectAsync("a", _net.Identity("peer"));
            (await inbound.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
            return inbound;
        }

        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = node.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("peer"));
        await peer.AnswerAsync();
        await peer.SendReadyAsync();
        await connecting.Soon();
        return peer;
    }
}
