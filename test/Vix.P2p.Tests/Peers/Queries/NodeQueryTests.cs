using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers.Queries;

/// <summary>Queries of rows that have connections.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodeQueryTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task GetPeers_OfARunningNode_FindsItsPeers()
    {
        P2pNode a = await _net.StartAsync("a");
        foreach (string name in (string[])["b", "c", "d"])
        {
            await _net.StartAsync(name);
            await a.ConnectAsync(TestNetwork.At(name)).Soon();
        }

        await a.DisconnectAsync(TestNetwork.At("c")).Soon();

        PeerPage page = a.GetPeers(new PeerQuery { States = [PeerState.Connected], Descending = true, Limit = 1 });
        (page.Total, page.Matched, page.Revision).Should().Be((3, 2, a.Revision));
        page.Peers.Should().ContainSingle().Which.NodeId.Should().Be("d");
        page = a.GetPeers(new PeerQuery { States = [PeerState.Connected], Descending = true, Cursor = page.Next });
        page.Peers.Should().ContainSingle().Which.NodeId.Should().Be("b");
        page.Next.Should().BeNull();
        a.GetPeers(new PeerQuery { Text = "MEMORY://c" }).Peers.Should().ContainSingle().Which.State.Should().Be(PeerState.Closed);
        a.GetPeers(new PeerQuery { Direction = PeerDirection.Inbound }).Matched.Should().Be(0);
        FluentActions.Invoking(() => _net.Make("e").GetPeers(new PeerQuery { Cursor = a.GetPeers(new PeerQuery { Limit = 1 }).Next })).Should().Throw<FormatException>();
    }

    [Test]
    public async Task Revision_Always_IsThatOfTheList()
    {
        P2pNode a = await _net.StartAsync("a");
        a.Revision.Should().Be(0).And.Be(a.GetStatus().Revision);
        await _net.StartAsync("b");

        await a.ConnectAsync(TestNetwork.At("b")).Soon();
        await TestNetwork.QuietAsync(a);

        a.Revision.Should().BePositive().And.Be(a.GetPeers().Revision).And.Be(a.GetStatus().Revision).And.Be(a.GetPeers(new PeerQuery()).Revision);
    }

    [Test]
    public async Task Page_SortedByRoundTrip_HasThoseNeverMeasuredLast()
    {
        RowTable table = new();
        await using ConnectionBench slow = await MeasuredAsync(120);
        await using ConnectionBench fast = await MeasuredAsync(40);
        await using ConnectionBench silent = await ConnectionBench.ReadyAsync();
        foreach (ConnectionBench? bench in (ConnectionBench?[])[silent, slow, null, fast])
            table.Add(RowTable.State(PeerState.Connected) with { Connection = bench?.Connection });

        Walk(false).Should().Equal("p4", "p2", "p1", "p3");
        Walk(true).Should().Equal("p2", "p4", "p3", "p1");

        IEnumerable<string> Walk(bool descending) =>
            table.Walk(new PeerQuery { Sort = PeerSort.Rtt, Descending = descending, Limit = 1 }).SelectMany(page => page.Peers).Select(peer => peer.Key);
    }

    private static async Task<ConnectionBench> MeasuredAsync(int milliseconds)
    {
        ConnectionBench bench = await ConnectionBench.ReadyAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        bench.Connection.Tick();
        RawFrame ping = (await bench.Far.ReadAsync())!;
        bench.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await bench.Far.SendAsync(FrameKind.Pong, ping.Body);
        await bench.EchoAsync();
        bench.Connection.Pulse.Rtt.Should().Be(TimeSpan.FromMilliseconds(milliseconds));
        return bench;
    }
}
