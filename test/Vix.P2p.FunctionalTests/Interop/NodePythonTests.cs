using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The node against the implementation in Python.</summary>
[TestFixture]
public sealed class NodePythonTests
{
    [TestCase(false, "")]
    [TestCase(true, "")]
    [TestCase(false, "stäging")]
    [TestCase(true, "stäging")]
    [CancelAfter(60_000)]
    public async Task Dialled_SameNetwork_AnswersPingsAndClose(bool withKey, string name, CancellationToken cancellationToken)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey, name));
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{node.Address.Port}", "--pings", "3", .. NodeNetwork.Python(withKey, name)]);

        var joined = await node.EventAsync(PeerEventKind.PeerConnected);
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        result.GetProperty("id").GetString().Should().Be(joined.Peer!.IdText);
        result.GetProperty("remote_id").GetString().Should().Be(node.Id.ToString());
        result.GetProperty("pongs_received").GetInt32().Should().Be(3);
        result.GetProperty("introduction").GetProperty("node_id").GetString().Should().Be("node");
        result.GetProperty("introduction").GetProperty("listen_port").GetInt32().Should().Be(node.Address.Port);
        joined.Peer.Agent.Should().Be("peer.py/1");
    }

    [TestCase(false, "")]
    [TestCase(true, "stäging")]
    [CancelAfter(60_000)]
    public async Task Dials_SameNetwork_ConnectsAndCloses(bool withKey, string name, CancellationToken cancellationToken)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey, name));
        using var python = PythonPeer.Start(["listen", "0", "--pings", "3", .. NodeNetwork.Python(withKey, name)]);
        var endpoint = PeerEndpoint.Create("127.0.0.1", await python.ReadPortAsync(cancellationToken));

        var info = await node.ConnectAsync(endpoint);
        (await node.Node.DisconnectAsync(info.Id!.Value, cancellationToken)).Should().BeTrue();
        var (_, result) = await python.ReadResultAsync(cancellationToken);

        result.GetProperty("id").GetString().Should().Be(info.IdText);
        result.GetProperty("remote_id").GetString().Should().Be(node.Id.ToString());
        info.NodeId.Should().Be("python");
        node.Events.All.Should().Contain(change => change.Kind == PeerEventKind.PeerDisconnected && change.Reason == P2pReason.Requested);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Dials_ThenStops_PythonIsTold(CancellationToken cancellationToken)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey: true));
        using var python = PythonPeer.Start(["listen", "0", .. NodeNetwork.Python(withKey: true)]);
        await node.ConnectAsync(PeerEndpoint.Create("127.0.0.1", await python.ReadPortAsync(cancellationToken)));

        await node.Node.StopAsync(cancellationToken).Soon();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        result.GetProperty("ended").GetString().Should().Be("ShuttingDown");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Dialled_PastTheRekey_BothDirectionsGoOn(CancellationToken cancellationToken)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey: true));
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{node.Address.Port}", "--rekey", .. NodeNetwork.Python(withKey: true)]);

        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        result.GetProperty("rekeyed").ToString().Should().Be("""{"sent": 1, "received": 1}""");
        await node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);
    }
}
