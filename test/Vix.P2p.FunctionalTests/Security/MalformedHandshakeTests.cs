using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Rows 1 and 8 of docs/security.md before the encryption stands: whatever is sent, the connection ends and nothing changes.</summary>
[TestFixture]
public sealed class MalformedHandshakeTests
{
    private static IEnumerable<TestCaseData> WrongHellos()
    {
        yield return Case("Nothing", []);
        yield return Case("LengthZero", [0, 0]);
        yield return Case("LengthOne", [0, 1, 1]);
        yield return Case("LengthOneShort", [0, 74, 1]);
        yield return Case("LengthOneLong", [0, 76, 1]);
        yield return Case("LengthWithKey", [0, 91, 1]);
        yield return Case("LengthLargest", [255, 255, 1]);
        yield return Case("KindZero", [0, 75, 0, .. new byte[74]]);
        yield return Case("KindAck", [0, 75, 2, .. new byte[74]]);
        yield return Case("KindFinish", [0, 75, 3, .. new byte[74]]);
        yield return Case("AllZero", [0, 75, 1, .. new byte[74]]);
        yield return Case("PointAtInfinity", [0, 75, 1, .. "VIXP2P"u8, 1, 1, 0, .. new byte[65]]);
        yield return Case("CompressedPoint", [0, 75, 1, .. "VIXP2P"u8, 1, 1, 0, 2, .. ReferencePeerKey.Generate().Public.AsSpan(1)]);
        yield return Case("CoordinateTooLarge", [0, 75, 1, .. "VIXP2P"u8, 1, 1, 0, 4, .. Enumerable.Repeat((byte)255, 64)]);
        yield return Case("HttpRequest", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        yield return Case("TlsClientHello", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, .. new byte[500]]);
        yield return Case("TenMegabytes", new byte[10 * 1024 * 1024]);

        static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> WrongFinishes()
    {
        yield return Case("LengthZero", [0, 0]);
        yield return Case("LengthTooLarge", [16, 1, 3]);
        yield return Case("LengthLargest", [255, 255, 3]);
        yield return Case("TooShortForAKey", [0, 40, 3, .. new byte[39]]);
        yield return Case("KindHello", [0, 200, 1, .. new byte[199]]);
        yield return Case("KindAck", [0, 200, 2, .. new byte[199]]);
        yield return Case("Zeros", [0, 200, 3, .. new byte[199]]);
        yield return Case("Largest", [16, 0, 3, .. new byte[4095]]);

        static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> WrongAcks()
    {
        yield return Case("LengthTooSmall", [0, 162, 2], P2pReason.HandshakeFailed);
        yield return Case("LengthTooLarge", [0, 228, 2], P2pReason.HandshakeFailed);
        yield return Case("LengthLargest", [255, 255, 2], P2pReason.HandshakeFailed);
        yield return Case("KindHello", [0, 163, 1, .. new byte[162]], P2pReason.HandshakeFailed);
        yield return Case("Zeros", [0, 163, 2, .. new byte[162]], P2pReason.HandshakeFailed);
        yield return Case("PointWithoutTags", [0, 163, 2, .. ReferencePeerKey.Generate().Public, .. new byte[97]], P2pReason.HandshakeFailed);
        yield return Case("Nothing", [], P2pReason.RefusedBeforeAck);
        yield return Case("Half", [0, 163, 2, 4], P2pReason.RefusedBeforeAck);

        static TestCaseData Case(string name, byte[] bytes, P2pReason reason) => new TestCaseData(bytes, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(WrongHellos))]
    public async Task Hello_Malformed_ClosesWithoutAnAnswer(byte[] bytes)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        using var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());

        await SendAndHalfCloseAsync(peer, bytes);

        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Status.HandshakesFailed.Should().Be(1);
        await honest.ShouldBeUndisturbedAsync();
    }

    [Test]
    public async Task Hello_WrongClearBytes_ClosesWithoutAnAnswer()
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        ReferencePeerOptions[] wrong =
        [
            new() { Magic = "VIXP3P" }, new() { Version = 0 }, new() { Version = 2 }, new() { Suite = 0 }, new() { Suite = 2 },
            new() { Flags = 1 }, new() { Flags = 2 }, new() { Flags = 128 }, NodeNetwork.Reference(withKey: true),
        ];

        foreach (var options in wrong)
        {
            using var peer = await NodeHandshakeTests.DialAsync(node, options);
            await peer.SendHelloAsync();
            (await peer.WaitForCloseAsync()).Should().Be(0, $"{options}");
        }

        node.Status.HandshakesFailed.Should().Be(wrong.Length);
        await honest.ShouldBeUndisturbedAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Hello_EachByteChanged_IsRefused(bool withKey)
    {
        await using var node = await TestNode.StartAsync(NodeNetwork.Node(withKey));
        using var honest = await Honest.JoinAsync(node, NodeNetwork.Reference(withKey));
        var length = withKey ? 93 : 77;

        for (var at = 0; at < length; at++)
        {
            using var peer = await NodeHandshakeTests.DialAsync(node, NodeNetwork.Reference(withKey));
            await SendAndHalfCloseAsync(peer, Flip(peer.BuildHello(), at));
            (await peer.WaitForCloseAsync()).Should().Be(0, $"byte {at}");
        }

        node.Status.HandshakesFailed.Should().Be(length);
        await honest.ShouldBeUndisturbedAsync();
    }

    [TestCaseSource(nameof(WrongFinishes))]
    public async Task Finish_Malformed_Closes(byte[] bytes)
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        using var peer = await AtFinishAsync(node);

        await SendAndHalfCloseAsync(peer, bytes);

        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Status.HandshakesFailed.Should().Be(1);
        await honest.ShouldBeUndisturbedAsync();
    }

    [Test]
    public async Task Finish_EachByteChanged_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        using var honest = await Honest.JoinAsync(node);
        var length = 0;

        for (var at = 0; at == 0 || at < length; at++)
        {
            using var peer = await AtFinishAsync(node);
            var finish = peer.BuildFinish(ReferencePeerIntroduction.Create("x"));
            length = finish.Length;
            await SendAndHalfCloseAsync(peer, Flip(finish, at));
            (await peer.WaitForCloseAsync()).Should().Be(0, $"byte {at}");
        }

        node.Status.HandshakesFailed.Should().Be(length);
        await honest.ShouldBeUndisturbedAsync();
    }

    [TestCaseSource(nameof(WrongAcks))]
    public async Task Ack_Malformed_EndsTheDialWithoutAFinish(byte[] bytes, P2pReason reason)
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();

        await SendAndHalfCloseAsync(peer, bytes);

        (await connecting).Should().Be(reason);
        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Status.HandshakesFailed.Should().Be(1);
    }

    [Test]
    public async Task Ack_EachByteChanged_EndsTheDialWithoutAFinish()
    {
        await using var node = await TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());

        for (var at = 0; at < 165; at++)
        {
            var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
            using var peer = await listener.AcceptAsync(CancellationToken.None);
            await peer.ReadHelloAsync();
            await SendAndHalfCloseAsync(peer, Flip(peer.BuildAck([]), at));
            (await connecting).Should().BeOneOf([P2pReason.HandshakeFailed, P2pReason.RefusedBeforeAck], $"byte {at}");
            (await peer.WaitForCloseAsync()).Should().Be(0, $"byte {at}");
        }

        node.Status.HandshakesCompleted.Should().Be(0);
    }

    // A half-close, so that a length that was made larger does not leave both sides waiting. The node may well reset
    // the connection while it is still being written to.
    internal static async Task SendAndHalfCloseAsync(ReferencePeer peer, byte[] bytes)
    {
        try
        {
            await peer.SendRawAsync(bytes);
            peer.HalfClose();
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It has closed already.
        }
    }

    private static byte[] Flip(byte[] message, int at)
    {
        message[at] ^= (byte)(1 << (at % 8));
        return message;
    }

    private static async Task<ReferencePeer> AtFinishAsync(TestNode node)
    {
        var peer = await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions());
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();
        return peer;
    }
}
