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
    private readonly TestNetwork _net = new();
    private bool _costs;
    private int _acks;

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Strangers_WithoutAFinish_WaitForTheirAck()
    {
        P2pNode a = await StartAsync();
        for (int i = 0; i < 300; i++)
        {
            RawPeer stranger = await _net.DialAsync("a", _net.Identity("stranger"));
            await stranger.SendHelloAsync();
            int begun = i + 1;
            await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == begun);
        }

        await Waiting.UntilAsync(() => a.GetStatus().HandshakesFailed >= 300 - 64);

        _acks.Should().BeInRange(250, 299, "a quarter of a second is there at once, and a tenth of each passes by");
    }

    [Test]
    public async Task Strangers_WhoFinish_DoNotWait()
    {
        await StartAsync();
        for (int i = 0; i < 400; i++)
        {
            RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
            (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
            await peer.DisposeAsync();
        }

        _acks.Should().Be(400);
    }

    private async Task<P2pNode> StartAsync()
    {
        var seams = new NodeSeams
        {
            CreateIdentity = () => new NodeIdentity(new ScriptedDh(P256Dh.Instance, Generate), P256Dh.Instance.GenerateKeyPair()),
        };
        P2pNode node = await _net.StartAsync("a", options => options.Limits.Takeovers = 1000, build: builder => builder.Services.AddSingleton(new NodeFeature(builder.Name) { Seams = seams }));
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
