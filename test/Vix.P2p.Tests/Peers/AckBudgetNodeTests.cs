using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Handshake;
using Vix.P2p.Hosting;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>Strangers whose Acks cost, at a node whose every Ack takes a millisecond of the clock (docs/security.md, row 6).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AckBudgetNodeTests : IAsyncDisposable
{
    private const int AtOnce = 200;

    private readonly TestNetwork _net = new();
    private bool _costs;
    private int _acks;

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Strangers_WithoutAFinishOrTurnedAway_WaitForTheirAck(bool finish)
    {
        P2pNode a = await StartAsync(options => options.AllowedPeers = [_net.Identity("friend").Identity.Id.ToString()]);
        for (int i = 0; i < AtOnce; i++)
        {
            RawPeer stranger = await _net.DialAsync("a", _net.Identity("stranger"));
            await stranger.SendHelloAsync();
            (await stranger.ReadAckAsync()).Should().BeTrue();
            if (!finish)
                continue;
            await stranger.SendFinishAsync(RawPeer.Introduce("stranger"));
            (await stranger.End.ReadAsync())!.Kind.Should().Be(FrameKind.Reject);
            await stranger.DisposeAsync();
        }

        await KnockAsync(a, 300);

        _acks.Should().BeInRange(AtOnce, 330, "a quarter of a second was there, and of each that passed a tenth; all would be 500");
    }

    [Test]
    public async Task Peers_WhoAreLetIn_DoNotWait()
    {
        await StartAsync();
        for (int i = 0; i < 300; i++)
        {
            RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
            (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
            await peer.DisposeAsync();
        }

        _acks.Should().Be(300);
    }

    // Hellos without a Finish, each of which has found a place.
    private async Task KnockAsync(P2pNode node, int count)
    {
        NodeStatus before = node.GetStatus();
        for (int i = 1; i <= count; i++)
        {
            RawPeer stranger = await _net.DialAsync("a", _net.Identity("stranger"));
            await stranger.SendHelloAsync();
            int begun = i;
            await Waiting.UntilAsync(() => node.GetStatus().HandshakesStarted == before.HandshakesStarted + begun);
        }

        await Waiting.UntilAsync(() => node.GetStatus().HandshakesFailed >= before.HandshakesFailed + count - node.GetStatus().Limits["pending_handshakes"]);
    }

    private async Task<P2pNode> StartAsync(Action<P2pNodeOptions>? configure = null)
    {
        var seams = new NodeSeams
        {
            CreateIdentity = () => new NodeIdentity(new ScriptedDh(P256Dh.Instance, Generate), P256Dh.Instance.GenerateKeyPair()),
        };
        P2pNode node = await _net.StartAsync("a", options =>
        {
            options.Limits.Takeovers = 1000;
            configure?.Invoke(options);
        }, build: builder => builder.Services.AddSingleton(new NodeFeature(builder.Name) { Seams = seams }));
        _costs = true;
        return node;
    }

    private INoiseKeyPair Generate()
    {
        if (_costs)
        {
            Interlocked.Increment(ref _acks);
            _net.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        return P256Dh.Instance.GenerateKeyPair();
    }
}
