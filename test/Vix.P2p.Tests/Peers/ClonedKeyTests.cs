using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>Two running nodes with one identity file, as a copied machine makes them (docs/security.md, row 11).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClonedKeyTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public async ValueTask DisposeAsync()
    {
        await _net.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task TwoNodes_OfOneKeyThatBothKeepTheirLink_DoNotFlap()
    {
        P2pNode hub = await _net.StartAsync("hub", Patient);
        P2pNode original = await StartCloneAsync("original");
        await _net.PassUntilAsync(original, status => status.PeersConnected == 1);

        P2pNode copy = await StartCloneAsync("copy");
        // Who was put off dials again and puts the other off, until the one that comes is refused. The clock stands still
        // while one is on its way or has not heard yet that it was put off.
        await Waiting.UntilAsync(
            () =>
            {
                if (hub.GetStatus().LimitRejections["takeovers"] > 0)
                    return true;
                NodeStatus[] clones = [original.GetStatus(), copy.GetStatus()];
                if (clones.Sum(clone => clone.PeersConnected) == 1 && clones.Sum(clone => clone.PeersByState[PeerState.Connecting] + clone.PeersByState[PeerState.Handshaking]) == 0)
                    _net.Clock.Advance(TimeSpan.FromSeconds(1));
                return false;
            },
            () => $"{hub.GetStatus()}\n{original.GetStatus()}\n{copy.GetStatus()}");

        hub.GetStatus().HandshakesCompleted.Should().Be(4, "one came first, and three took its place");
        hub.GetStatus().PeersConnected.Should().Be(1);
        hub.GetPeers().Peers.Should().ContainSingle().Which.Id.Should().Be(original.GetStatus().Id);
    }

    private Task<P2pNode> StartCloneAsync(string name) => _net.StartAsync(name, options =>
    {
        Patient(options);
        options.IdentityPath = Path.Combine(_folder.FullName, "node.pem");
        options.Peers = ["memory://hub:1"];
    });

    // A clock that a test moves in whole seconds would be ahead of the answers to pings.
    private static void Patient(P2pNodeOptions options) =>
        (options.PingInterval, options.StaleAfter, options.CloseAfter) = (TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2));
}
