using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Heartbeats, extensions and the rekey between the node and the reference peer.</summary>
[TestFixture]
public sealed class NodeFrameTests
{
    private const ulong PastTheRekey = 65_536 + 64;

    [Test]
    public async Task Ping_OfThePeer_IsAnsweredWithItsBytes()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);

        await peer.SendFrameAsync(ReferencePeerFrame.Ping, 8, 7, 6, 5, 4, 3, 2, 255);

        (await peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body.Should().Equal(8, 7, 6, 5, 4, 3, 2, 255);
    }

    [Test]
    public async Task Ping_OfTheNode_MeasuresTheRoundTrip()
    {
        await using var node = await TestNode.StartAsync(options => options.PingInterval = TimeSpan.FromMilliseconds(100));
        using var peer = await OpenAsync(node);

        // A Pong that nobody asked for, and the one that was: by the second ping the first round trip is known.
        await peer.SendFrameAsync(ReferencePeerFrame.Pong, new byte[8]);
        for (var pings = 0; pings < 2; pings++)
            await peer.SendFrameAsync(ReferencePeerFrame.Pong, (await peer.ReadUntilAsync(ReferencePeerFrame.Ping)).Body);
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, new byte[8]);
        await peer.ReadUntilAsync(ReferencePeerFrame.Pong);

        var info = node.Connected.Single();
        info.RttMin.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(info.Rtt!.Value);
        info.State.Should().Be(PeerState.Connected);
    }

    [Test]
    public async Task Extensions_OfAnyKindAndSize_AreSkipped()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await OpenAsync(node);
        var large = RandomNumberGenerator.GetBytes(ReferencePeerFrame.MaxBody);

        await peer.SendFramesAsync(new(128, []), new(200, large), new(255, large), new(ReferencePeerFrame.Ping, [1, 2, 3, 4, 5, 6, 7, 8]), new(129, [1]));
        foreach (var single in new ReferencePeerFrame(201, [1, 2, 3]).Encode())
            await peer.SendRecordAsync([single]);
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, 8, 7, 6, 5, 4, 3, 2, 1);

        (await peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
        (await peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body.Should().Equal(8, 7, 6, 5, 4, 3, 2, 1);
        node.Connected.Should().ContainSingle();
    }

    [Test]
    public async Task Extensions_Alone_CountAsLife()
    {
        await using var node = await TestNode.StartAsync(options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(100);
            options.StaleAfter = TimeSpan.FromMilliseconds(1_500);
        });
        using var peer = await OpenAsync(node);

        // Pings come at least 100 ms apart, so that 17 of them reach past the silence that makes a peer stale.
        for (var pings = 0; pings < 17; pings++)
        {
            await peer.ReadUntilAsync(ReferencePeerFrame.Ping);
            await peer.SendFrameAsync(200, 1);
        }

        node.Events.All.Should().NotContain(change => change.Kind == PeerEventKind.PeerStale);
    }

    [Test]
    public async Task Dials_ExtensionBeforeReady_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();

        await peer.SendFrameAsync(200, 1);
        await peer.SendReadyAsync();
        peer.HalfClose();

        (await connecting).Should().Be(P2pReason.ProtocolError);
        node.Events.All.Should().NotContain(change => change.Kind == PeerEventKind.PeerConnected);
    }

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Records_PastTheRekeyBothWays_GoOn(bool nodeDials, bool withKey)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey));
        using var listener = ReferencePeer.Listen(NodeNetwork.Reference(withKey));
        var connecting = nodeDials ? node.ConnectAsync(NodeHandshakeTests.Endpoint(listener)) : Task.CompletedTask;
        using var peer = nodeDials
            ? await listener.AcceptAsync(CancellationToken.None)
            : await NodeHandshakeTests.DialAsync(node, NodeNetwork.Reference(withKey));
        await peer.HandshakeAsync();
        await connecting;

        // The node may leave out a Pong when a newer one waits, never the newest: so each batch ends with its last one.
        for (byte batch = 0; peer.RecordsReceived < PastTheRekey || peer.RecordsSent < PastTheRekey; batch++)
        {
            var pings = new List<byte>();
            for (byte ping = 0; ping < 128; ping++)
                pings.AddRange(peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Ping, [batch, ping, 0, 0, 0, 0, 0, 1]).Encode()));
            await peer.SendRawAsync(pings.ToArray());
            while ((await peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body is var body && (body[0] != batch || body[1] != 127))
            {
            }
        }

        await peer.CloseAsync();
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
    }

    private static async Task<ReferencePeer> OpenAsync(TestNode node)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        return peer;
    }
}
