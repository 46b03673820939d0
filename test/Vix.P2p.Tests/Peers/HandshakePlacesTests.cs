using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Peers;

/// <summary>Strangers who begin a handshake, through a running node (docs/security.md, rows 2, 3, 5, 6 and 7).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandshakePlacesTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Stranger_AByteASecond_IsGoneAtFiveSeconds(int steps)
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer stranger = await _net.DialAsync("a", _net.Identity("slow"));
        if (steps > 0)
            await stranger.SendHelloAsync();
        if (steps > 1)
            await stranger.ReadAckAsync();
        byte[] drip = steps == 0 ? [0, 75, 1, (byte)'V', (byte)'I'] : [0, 200, 3, 1, 2];
        await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == 1);
        for (int i = 0; i < 4; i++)
        {
            await stranger.SendFrameAsync([drip[i]]);
            _net.Clock.Advance(TimeSpan.FromSeconds(1));
            a.GetStatus().HandshakesFailed.Should().Be(0);
        }

        _net.Clock.Advance(TimeSpan.FromSeconds(1));

        await TestNetwork.QuietAsync(a);
        while (await stranger.ReadHandshakeAsync() is not null)
        {
            // The Ack, where it was not read.
        }

        a.GetStatus().LimitRejections["handshake_timeout"].Should().Be(1);
    }

    [Test]
    public async Task Dial_ToAListenerThatStaysSilent_FailsAtFiveSecondsOfTheHandshake()
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.AnswerAsync(); // everything but Ready

        _net.Clock.Advance(TimeSpan.FromSeconds(4.999));
        connecting.IsCompleted.Should().BeFalse();
        _net.Clock.Advance(TimeSpan.FromSeconds(0.001));

        (await FluentActions.Awaiting(() => connecting.Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason.Should().Be(P2pReason.HandshakeTimeout);
        (await peer.End.ReadAsync()).Should().BeNull();
        await TestNetwork.QuietAsync(a);
        RawPeer back = await _net.ConnectAsync("a", _net.Identity("b"));
        (await back.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready, "the claim of the failed dial is gone");
    }

    [Test]
    public async Task Strangers_SixtyFourSilentOnes_GiveWayToAnHonestPeer()
    {
        P2pNode a = await _net.StartAsync("a");
        List<RawPeer> silent = [];
        for (int i = 0; i < 64; i++)
            silent.Add(await _net.DialAsync("a", _net.Identity("silent")));
        await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == 64);

        RawPeer honest = await _net.ConnectAsync("a", _net.Identity("honest"));

        (await honest.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        await Waiting.UntilAsync(() => a.GetStatus().HandshakesFailed == 1);
        a.GetStatus().LimitRejections["pending_handshakes"].Should().Be(1);
        // One of the 64, whichever was accepted first, sees the end; the others are still there.
        _net.Clock.Advance(TimeSpan.FromSeconds(5));
        await TestNetwork.QuietAsync(a);
        a.GetStatus().HandshakesFailed.Should().Be(64);
        foreach (RawPeer stranger in silent)
            (await stranger.ReadHandshakeAsync()).Should().BeNull();
    }

    [Test]
    public async Task Strangers_ProvenOnesThatAreRejected_LeaveTheirPlacesToOthers()
    {
        P2pNode a = await _net.StartAsync("a", options =>
        {
            options.Limits.PendingHandshakes = 4;
            options.AllowedPeers = [_net.Identity("friend").Identity.Id.ToString()];
        });
        for (int i = 0; i < 10; i++)
        {
            RawPeer stranger = await _net.ConnectAsync("a", _net.Identity("stranger"));
            (await stranger.End.ReadAsync())!.Kind.Should().Be(FrameKind.Reject);
        }

        // All ten linger: the clock stands still and none of them closes.
        RawPeer friend = await _net.ConnectAsync("a", _net.Identity("friend"));

        (await friend.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        a.GetStatus().LimitRejections["pending_handshakes"].Should().Be(0);
    }

    [Test]
    public async Task Strangers_FloodOfOneAddress_HasEightConnectionsAndFourHandshakes()
    {
        P2pNode a = await _net.StartAsync("a", transport: new AddressedTransport(_net.Transport, _ => IPAddress.Parse("192.0.2.1")));
        TestNode identity = _net.Identity("flood");
        for (int i = 0; i < 40; i++)
            await _net.DialAsync("a", identity);

        await Waiting.UntilAsync(() => a.GetStatus().LimitRejections.Values.Sum() == 36);

        NodeStatus status = a.GetStatus();
        status.HandshakesStarted.Should().Be(4);
        status.LimitRejections["pending_handshakes_per_address"].Should().BePositive();
        (status.LimitRejections["connections_per_address"] + status.LimitRejections["pending_handshakes_per_address"] + status.LimitRejections["new_connections_per_second"]).Should().Be(36);
    }

    [Test]
    public async Task Peers_OfOneAddress_AreEightUnlessTheyAreVouchedFor()
    {
        var transport = new AddressedTransport(_net.Transport, _ => IPAddress.Parse("192.0.2.1"));
        string[] friends = [.. Enumerable.Range(0, 12).Select(i => _net.Identity("f" + i).Identity.Id.ToString())];
        P2pNode open = await _net.StartAsync("open", transport: transport);
        P2pNode listed = await _net.StartAsync("listed", options => options.AllowedPeers = friends, transport);

        (await JoinedAsync("open")).Should().Be(8);
        (await JoinedAsync("listed")).Should().Be(12);
        open.GetStatus().LimitRejections["connections_per_address"].Should().Be(4);
        listed.GetStatus().LimitRejections["connections_per_address"].Should().Be(0);
    }

    [Test]
    public async Task Strangers_SixtyFourAtTheirLargest_StayUnderTheBytesOfAll()
    {
        P2pNode a = await _net.StartAsync("a");
        for (int i = 0; i < 64; i++)
        {
            RawPeer stranger = await _net.DialAsync("a", _net.Identity("large"));
            await stranger.SendHelloAsync();
            await stranger.ReadAckAsync();
            // All of the largest Finish but its last byte.
            byte[] almost = new byte[4097];
            (almost[0], almost[1], almost[2]) = (4096 >> 8, 4096 & 0xff, 3);
            await stranger.SendFrameAsync(almost);
        }

        await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == 64);
        a.GetStatus().HandshakesFailed.Should().Be(0);
        a.GetStatus().LimitRejections.Values.Should().OnlyContain(count => count == 0);
        RawPeer honest = await _net.ConnectAsync("a", _net.Identity("honest"));
        (await honest.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
    }

    [Test]
    public async Task Stranger_MoreThanItsBytes_IsClosed()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Limits.HandshakeBytes = 4608);
        RawPeer stranger = await _net.DialAsync("a", _net.Identity("large"));

        byte[] flood = new byte[6000];
        (flood[0], flood[1], flood[2]) = (0, 75, 1);
        await stranger.SendFrameAsync(flood);

        (await stranger.ReadHandshakeAsync()).Should().BeNull();
        await TestNetwork.QuietAsync(a);
        a.GetStatus().HandshakesFailed.Should().Be(1);
    }

    private async Task<int> JoinedAsync(string node)
    {
        int joined = 0;
        for (int i = 0; i < 12; i++)
        {
            RawPeer peer = await _net.DialAsync(node, _net.Identity("f" + i));
            await peer.SendHelloAsync();
            if (!await peer.ReadAckAsync())
                continue;
            await peer.SendFinishAsync(RawPeer.Introduce("f" + i));
            joined += await peer.End.ReadAsync() is { Kind: FrameKind.Ready } ? 1 : 0;
        }

        return joined;
    }
}
