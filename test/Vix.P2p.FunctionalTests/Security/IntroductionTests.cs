using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Rows 12 and 16 of docs/security.md: what a peer says of itself proves nothing and reaches no log unless it is harmless.</summary>
[TestFixture]
public sealed class IntroductionTests
{
    private const string Marker = "EVILMARKER";

    private static IEnumerable<TestCaseData> Evil()
    {
        yield return Case("CarriageReturnLineFeed", $"\"node_id\":\"{Marker}\\r\\n[p2p] node stopped\"");
        yield return Case("Escape", $"\"node_id\":\"{Marker}\\u001b[2J\"");
        yield return Case("Delete", $"\"node_id\":\"{Marker}\\u007f\"");
        yield return Case("RightToLeft", $"\"node_id\":\"{Marker}\\u202e\"");
        yield return Case("RawControl", $"\"node_id\":\"{Marker}\u0001\"");
        yield return Case("SixtyFive", $"\"node_id\":\"{Marker.PadRight(65, 'x')}\"");
        yield return Case("Empty", $"\"node_id\":\"\",\"{Marker}\":1");
        yield return Case("Twice", $"\"node_id\":\"{Marker}\",\"node_id\":\"{Marker}\"");
        yield return Case("AgentEscape", $"\"node_id\":\"a\",\"agent\":\"{Marker}\\u001b]0;x\\u0007\"");
        yield return Case("AgentSixtyFive", $"\"node_id\":\"a\",\"agent\":\"{Marker.PadRight(65, 'x')}\"");
        yield return Case("ProtocolLineFeed", $"\"node_id\":\"a\",\"protocols\":[\"{Marker}\\n\"]");
        yield return Case("TooLong", $"\"node_id\":\"a\",\"{Marker}\":\"{new string('x', 3_000)}\"");
        yield return Case("TooDeep", $"\"node_id\":\"a\",\"{Marker}\":[[[[1]]]]");

        static TestCaseData Case(string name, string members) =>
            new TestCaseData($$"""{"instance":"{{new string('a', 32)}}","listen_port":0,{{members}}}""").SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Evil))]
    public async Task Finish_EvilIntroduction_ClosesAndIsNotRepeated(string introduction)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();

        await peer.SendFinishAsync(introduction);

        (await peer.WaitForCloseAsync()).Should().Be(0);
        await honest.ShouldBeUndisturbedAsync();
        ShouldNotRepeat(node);
    }

    [TestCaseSource(nameof(Evil))]
    public async Task Ready_EvilIntroduction_EndsTheDialAndIsNotRepeated(string introduction)
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();

        await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Ready, Encoding.UTF8.GetBytes(introduction)).Encode()));

        (await connecting).Should().Be(P2pReason.ProtocolError);
        ShouldNotRepeat(node);
    }

    [Test]
    public async Task TenMegabytes_OfExtensions_AreNotRepeated()
    {
        await using var node = await TestNode.StartAsync();
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        var junk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Marker + "\r\n\u001b[2J", 4_096)).PadRight(ReferencePeerFrame.MaxBody)[..ReferencePeerFrame.MaxBody]);

        for (var sent = 0; sent < 160; sent++)
            await peer.SendFrameAsync(200, junk);
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, new byte[8]);
        await peer.ReadUntilAsync(ReferencePeerFrame.Pong);

        ShouldNotRepeat(node);
    }

    [Test]
    public async Task Finish_NamesThatAreTemplates_AreLoggedAsTheyAre()
    {
        const string name = "{PeerId} {0} {{ %s ${jndi:x} <script>";
        await using var node = await TestNode.StartAsync();
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions { NodeId = name });
        await peer.HandshakeAsync();
        await node.EventAsync(PeerEventKind.PeerConnected);

        node.Log.Lines.Should().Contain(line => line.EndsWith("node_id=" + name, StringComparison.Ordinal));
    }

    [Test]
    public async Task Finish_ClaimsAnotherId_TheProvenOneCounts()
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var victim = node.Connected.Single().IdText;
        var introduction = $$"""{"node_id":"{{victim}}","id":"{{victim}}","peer_id":"{{victim}}","instance":"{{node.Status.Instance}}","listen_port":{{node.Address.Port}},"agent":"{{victim}}","protocols":["{{victim}}"]}""";
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions { Introduction = introduction });
        await peer.HandshakeAsync();

        var joined = await node.EventAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.IdText == peer.Id);

        joined.Peer!.NodeId.Should().Be(victim, "that is only what it calls itself");
        node.Connected.Select(row => row.IdText).Should().BeEquivalentTo([victim, peer.Id]);
        await honest.ShouldBeAnsweredAsync();
    }

    [Test]
    public async Task Finish_AnnouncesTheEndpointOfAnotherPeer_DoesNotTakeIt()
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var endpoint = NodeHandshakeTests.Endpoint(listener);
        var connecting = node.ConnectAsync(endpoint);
        using var victim = await listener.AcceptAsync(CancellationToken.None);
        await victim.HandshakeAsync();
        await connecting;
        var introduction = $$"""{"node_id":"thief","instance":"{{new string('b', 32)}}","listen_port":{{endpoint.Port}}}""";
        using var thief = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions { Introduction = introduction });
        await thief.HandshakeAsync();
        await node.EventAsync(change => change.Kind == PeerEventKind.PeerConnected && change.Peer!.IdText == thief.Id);

        (await node.ConnectAsync(endpoint)).IdText.Should().Be(victim.Id);
        (await node.Node.DisconnectAsync(endpoint).Soon()).Should().BeTrue();
        node.Connected.Single().IdText.Should().Be(thief.Id);
    }

    private static void ShouldNotRepeat(TestNode node) =>
        node.Log.Entries.Select(entry => entry.Message).Concat(node.Log.Lines).Should().NotContain(line => line.Contains(Marker, StringComparison.Ordinal));
}
