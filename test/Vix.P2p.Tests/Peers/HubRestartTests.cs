using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Handshake;
using Vix.P2p.Hosting;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>Two hundred nodes lose the hub that all of them are kept connected to (docs/security.md, row 19).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HubRestartTests : IAsyncDisposable
{
    private const int Count = 200;
    private const int Seed = 19;

    private const int StepsASecond = 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = Second / StepsASecond;

    private readonly TestNetwork _net = new();
    private readonly Lock _drawing = new();
    private readonly List<P2pNode> _nodes = [];
    private P2pNode _hub = null!;
    private Random _random = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [TestCase(3)]
    [TestCase(30)]
    public async Task Hub_KilledAndStartedAgain_AllAreBackInAMinuteAndNotAllAtOnce(int secondsDown)
    {
        int seed = TestContext.Parameters.Get("seed", Seed);
        TestContext.Out.WriteLine($"seed {seed}");
        _random = new Random(seed);
        var first = new KillableTransport(_net.Transport);
        _hub = await StartHubAsync(first);
        for (int i = 0; i < Count; i++)
            _nodes.Add(await _net.StartAsync("n" + i, options => options.Peers = [TestNetwork.At("hub").ToString()], build: Seams(NodeIdentity.CreateEphemeral)));
        await QuietAsync();
        await PassAsync(() => _hub.GetStatus().PeersConnected == Count, 60 * Second);
        _hub.GetStatus().PeersConnected.Should().Be(Count);

        await first.KillAsync();
        await Waiting.UntilAsync(() => _nodes.All(node => node.GetStatus().PeersConnected == 0));
        await PassAsync(() => false, secondsDown * Second);
        var second = new KillableTransport(_net.Transport);
        _hub = await StartHubAsync(second);
        List<int> accepts = [];
        while (_hub.GetStatus().PeersConnected < Count && accepts.Count < 60)
        {
            int before = second.Accepted;
            await PassAsync(() => false, Second);
            accepts.Add(second.Accepted - before);
        }

        TestContext.Out.WriteLine($"accepts a second: {string.Join(' ', accepts)}");
        _hub.GetStatus().PeersConnected.Should().Be(Count, "all are back in 60 s");
        accepts.Max().Should().BeLessThan(Count / 2, "the jitter has spread them");
        accepts.Sum().Should().BeLessThanOrEqualTo(2 * Count, "few had to come twice");
    }

    private Task<P2pNode> StartHubAsync(KillableTransport transport) =>
        _net.StartAsync("hub", transport: transport, build: Seams(() => new NodeIdentity(P256Dh.Instance, P256TestKey.Of(P256TestKey.Number("hub")))));

    private Action<IP2pNodeBuilder> Seams(Func<NodeIdentity> identity) => builder =>
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { Seams = new NodeSeams { Jitter = Draw, CreateIdentity = identity } });

    private double Draw()
    {
        lock (_drawing)
            return _random.NextDouble();
    }

    // In steps, each of which lets what it began come to its end: a handshake takes no time of this clock. Nor does a
    // Pong: were it not waited for, the clock would run ahead of it until the link counts as dead.
    private async Task PassAsync(Func<bool> enough, TimeSpan time)
    {
        for (int step = 1; step * Step <= time && !enough(); step++)
        {
            _net.Clock.Advance(Step);
            await QuietAsync();
            if (step % StepsASecond == 0)
                await Waiting.UntilAsync(() => _nodes.TrueForAll(IsHeard) && IsHeard(_hub));
        }
    }

    private Task QuietAsync() => TestNetwork.QuietAsync([.. _nodes]);

    private static bool IsHeard(P2pNode node) => node.GetPeers().Peers.All(peer => peer.State != PeerState.Connected || peer.LastSeen < 10 * Second);
}
