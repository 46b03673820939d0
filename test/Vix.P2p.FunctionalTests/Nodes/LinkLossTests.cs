using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>What becomes of a connection when the link, the peer or the listener goes, and that a persistent peer comes back.</summary>
[TestFixture]
public sealed class LinkLossTests
{
    [Test]
    public async Task Link_Cut_IsLostOnBothSides()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync();
        await using var link = new TcpProxy(b.EndPoint);
        await a.ConnectAsync(link.Address);
        await b.EventAsync(PeerEventKind.PeerConnected);

        link.Cut();

        var left = await a.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Lost);
        left.Peer!.State.Should().Be(PeerState.Closed, "nobody asked to keep it connected");
        await b.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Lost);
        a.Log.Lines.Should().Contain(line => line.StartsWith("[p2p] peer left: ", StringComparison.Ordinal) && line.EndsWith(" lost", StringComparison.Ordinal));
    }

    [Test]
    public async Task Link_CutTenTimes_PersistentPeerComesBack()
    {
        await using var b = await TestNode.StartAsync();
        await using var link = new TcpProxy(b.EndPoint);
        await using var a = await TestNode.StartAsync(options =>
        {
            Quick(options);
            options.Peers = [link.Address.ToString()];
        });

        for (var cut = 1; cut <= 10; cut++)
        {
            var times = cut;
            await TestNode.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == times && a.Connected.Count == 1 && Times(b, PeerEventKind.PeerConnected) == times && b.Connected.Count == 1, a, b);
            link.Cut();
        }

        await TestNode.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == 11 && a.Connected.Count == 1, a);
        a.Peers.Should().ContainSingle().Which.Persistent.Should().BeTrue();
    }

    [Test]
    public async Task Link_SwallowsBytes_IsStaleThenClosedOnBothSides()
    {
        await using var a = await TestNode.StartAsync(Impatient);
        await using var b = await TestNode.StartAsync(Impatient);
        await using var link = new TcpProxy(b.EndPoint);
        await a.ConnectAsync(link.Address);
        await b.EventAsync(PeerEventKind.PeerConnected);

        link.Swallow();

        foreach (var node in new[] { a, b })
        {
            var stale = await node.EventAsync(PeerEventKind.PeerStale, P2pReason.Stale);
            stale.Peer!.State.Should().Be(PeerState.Stale);
            var left = await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Stale);
            left.Revision.Should().BeGreaterThan(stale.Revision);
        }
    }

    [Test]
    public async Task Link_HeldUpForAWhile_IsConnectedAgain()
    {
        await using var a = await TestNode.StartAsync(options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(100);
            options.StaleAfter = TimeSpan.FromMilliseconds(250);
        });
        await using var b = await TestNode.StartAsync();
        await using var link = new TcpProxy(b.EndPoint);
        await a.ConnectAsync(link.Address);

        await b.EventAsync(PeerEventKind.PeerConnected);
        link.Hold();
        await a.EventAsync(PeerEventKind.PeerStale, P2pReason.Stale);
        link.Release();

        (await a.EventAsync(PeerEventKind.PeerStale)).Peer!.State.Should().Be(PeerState.Connected);
        a.Connected.Should().ContainSingle();
        b.Connected.Should().ContainSingle();
    }

    [Test]
    public async Task SilentPersistentPeer_IsDialledAgainWhenTheLinkIsBack()
    {
        await using var b = await TestNode.StartAsync(Impatient);
        await using var link = new TcpProxy(b.EndPoint);
        await using var a = await TestNode.StartAsync(options =>
        {
            Quick(options);
            Impatient(options);
            options.HandshakeTimeout = TimeSpan.FromMilliseconds(300);
            options.Peers = [link.Address.ToString()];
        });
        await a.EventAsync(PeerEventKind.PeerConnected);

        link.Swallow();
        await a.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Stale);
        await a.EventAsync(PeerEventKind.HandshakeFailed, P2pReason.HandshakeTimeout);
        link.Swallow(false);

        await a.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == 2);
    }

    [Test]
    public async Task Listener_RestartsOnItsPortWithItsIdentity_IsTheSamePeer()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("b.pem");
        var b = await TestNode.StartAsync(options => options.IdentityPath = path);
        var (id, address) = (b.Id, b.Address);
        await using var a = await TestNode.StartAsync(options =>
        {
            Quick(options);
            options.Peers = [$"{address}#{id}"];
        });
        await a.EventAsync(PeerEventKind.PeerConnected);

        await b.DisposeAsync();
        await a.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
        await a.EventAsync(PeerEventKind.ConnectFailed, P2pReason.ConnectionRefused);
        await using var again = await TestNode.StartAsync(options =>
        {
            options.IdentityPath = path;
            options.ListenOnAnyPort = false;
            options.ListenPort = address.Port;
        });
        await a.UntilAsync(() => Times(a, PeerEventKind.PeerConnected) == 2);

        again.Id.Should().Be(id);
        a.Connected.Should().ContainSingle().Which.Id.Should().Be(id);
        a.Peers.Should().ContainSingle();
    }

    [Test]
    public async Task Listener_RestartsWithAnotherIdentity_IsAnotherPeer()
    {
        var b = await TestNode.StartAsync();
        await using var link = new TcpProxy(b.EndPoint);
        await using var a = await TestNode.StartAsync(options =>
        {
            Quick(options);
            options.Peers = [link.Address.ToString()];
        });
        var former = (await a.EventAsync(PeerEventKind.PeerConnected)).Peer!;

        await b.DisposeAsync();
        await using var other = await TestNode.StartAsync();
        link.LeadTo(other.EndPoint);
        await a.UntilAsync(() => a.Connected is [{ } peer] && peer.Id == other.Id);

        var present = a.Peer(other.Id)!;
        present.Persistent.Should().BeTrue();
        present.Key.Should().NotBe(former.Key);
        a.Peer(former.Id!.Value)!.Persistent.Should().BeFalse();
        a.Peer(former.Id!.Value)!.State.Should().Be(PeerState.Closed);
    }

    [Test]
    public async Task PersistentPeer_Disconnected_StaysAwayUntilConnected()
    {
        await using var b = await TestNode.StartAsync();
        await using var a = await TestNode.StartAsync(options =>
        {
            Quick(options);
            options.Peers = [b.Address.ToString()];
        });
        await a.EventAsync(PeerEventKind.PeerConnected);

        (await a.Node.DisconnectAsync(b.Id).Soon()).Should().BeTrue();

        a.Peers.Single().Should().BeEquivalentTo(new { State = PeerState.Closed, Persistent = true, NextAttemptIn = (TimeSpan?)null, DisconnectReason = P2pReason.Requested });
        (await a.ConnectAsync(b)).Persistent.Should().BeTrue();
        await b.UntilAsync(() => Times(b, PeerEventKind.PeerConnected) == 2);
    }

    private static int Times(TestNode node, PeerEventKind kind) => node.Events.All.Count(change => change.Kind == kind);

    private static void Quick(P2pNodeOptions options)
    {
        options.DialPolicy.BackoffInitial = TimeSpan.FromMilliseconds(10);
        options.DialPolicy.BackoffMaxPersistent = TimeSpan.FromMilliseconds(50);
    }

    private static void Impatient(P2pNodeOptions options)
    {
        options.PingInterval = TimeSpan.FromMilliseconds(100);
        options.StaleAfter = TimeSpan.FromMilliseconds(250);
        options.CloseAfter = TimeSpan.FromMilliseconds(500);
    }
}
