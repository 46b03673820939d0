using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Row 1 of docs/security.md inside the encryption: the node says ProtocolError and closes.</summary>
[TestFixture]
public sealed class MalformedRecordTests
{
    private static IEnumerable<TestCaseData> WrongFrames()
    {
        yield return Case("KindZero", [0, 0]);
        yield return Case("KindUnknown", [6, 0]);
        yield return Case("KindLastUnknown", [127, 0]);
        yield return Case("ReadyInThisDirection", [1, 2, .. "{}"u8]);
        yield return Case("RejectInThisDirection", [2, 1, 1]);
        yield return Case("PingShort", [3, 7, .. new byte[7]]);
        yield return Case("PingLong", [3, 9, .. new byte[9]]);
        yield return Case("PongEmpty", [4, 0]);
        yield return Case("CloseEmpty", [5, 0]);
        yield return Case("CloseLong", [5, 2, 0, 0]);
        yield return Case("LengthNotShortest", [3, 0x88, 0, .. new byte[8]]);
        yield return Case("LengthOfFiveBytes", [200, 0x80, 0x80, 0x80, 0x80, 1]);
        yield return Case("LengthOverTheCap", [200, 0x81, 0x80, 4]);
        yield return Case("ReadyOfTheLargestLength", [1, 0x80, 0x80, 4]);
        yield return Case("SecondFrameWrong", [4, 8, .. new byte[8], 6, 0]);

        static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> WrongFirstFrames()
    {
        yield return Case("Ping", [3, 8, .. new byte[8]]);
        yield return Case("Pong", [4, 8, .. new byte[8]]);
        yield return Case("Close", [5, 1, 0]);
        yield return Case("Extension", [200, 1, 0]);
        yield return Case("RejectLong", [2, 2, 1, 1]);
        yield return Case("ReadyEmpty", [1, 0]);
        yield return Case("ReadyNotJson", [1, 3, .. "abc"u8]);
        yield return Case("ReadyWithoutMembers", [1, 2, .. "{}"u8]);
        yield return Case("ReadyTooLong", [1, 0x81, 0x18]);

        static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(WrongFrames))]
    public async Task Frame_Malformed_ClosesWithProtocolError(byte[] plaintext)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        using var peer = await OpenAsync(node);

        await peer.SendRecordAsync(plaintext);

        await ShouldEndAsync(node, peer);
        await honest.ShouldBeAnsweredAsync();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(16)]
    public async Task Record_OfImpossibleLength_ClosesWithProtocolError(byte length)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        using var peer = await OpenAsync(node);

        await peer.SendRawAsync(new byte[] { 0, length });

        await ShouldEndAsync(node, peer);
        await honest.ShouldBeAnsweredAsync();
    }

    [Test]
    public async Task Record_EachByteChanged_ClosesWithProtocolError()
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var length = 2 + 10 + 16;

        for (var at = 0; at < length; at++)
        {
            using var peer = await OpenAsync(node);
            var record = peer.SealRecord(new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]).Encode());
            record.Length.Should().Be(length);
            // In the length only what makes it shorter: longer is a record that has not come yet.
            record[at] ^= (byte)(at == 1 ? 8 : 1);
            if (at == 0)
                record = [.. record, .. new byte[256]];
            await peer.SendRawAsync(record);
            await ShouldEndAsync(node, peer);
        }

        await honest.ShouldBeAnsweredAsync();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Frames_Random_EndTheConnection(int seed)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var random = new Random(seed);

        for (var round = 0; round < 40; round++)
        {
            using var peer = await OpenAsync(node);
            var junk = new byte[random.Next(1, 400)];
            random.NextBytes(junk);
            // Half of them begin in order.
            if (round % 2 == 0)
                new byte[] { 3, 8, 1, 2, 3, 4, 5, 6, 7, 8 }.AsSpan(0, Math.Min(10, junk.Length)).CopyTo(junk);
            await peer.SendRecordAsync(junk);
            await MalformedHandshakeTests.SendAndHalfCloseAsync(peer, []);
            await peer.WaitForCloseAsync();
            await node.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected && change.Peer!.IdText == peer.Id
                && change.Reason is P2pReason.ProtocolError or P2pReason.Lost or P2pReason.Normal or P2pReason.ShuttingDown or P2pReason.Duplicate or P2pReason.Stale or P2pReason.Overload or P2pReason.Banned);
        }

        await honest.ShouldBeAnsweredAsync();
    }

    [TestCaseSource(nameof(WrongFirstFrames))]
    public async Task FirstFrame_NeitherReadyNorReject_EndsTheDial(byte[] plaintext)
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();

        await peer.SendRecordAsync(plaintext);
        (await peer.WaitForCloseAsync()).Should().Be(0, "the initiator sends nothing before Ready");
        peer.HalfClose();

        (await connecting).Should().Be(P2pReason.ProtocolError);
        node.Connected.Should().BeEmpty();
        node.Events.All.Should().NotContain(change => change.Kind == PeerEventKind.PeerConnected);
    }

    private static async Task<ReferencePeer> OpenAsync(TestNode node)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.HandshakeAsync();
        return peer;
    }

    private static async Task ShouldEndAsync(TestNode node, ReferencePeer peer)
    {
        (await peer.ReadUntilAsync(ReferencePeerFrame.Close)).Body.Should().Equal(4);
        (await peer.WaitForCloseAsync()).Should().Be(0);
        peer.HalfClose();
        await node.EventAsync(change => change.Kind == PeerEventKind.PeerDisconnected && change.Reason == P2pReason.ProtocolError && change.Peer!.IdText == peer.Id);
    }
}
