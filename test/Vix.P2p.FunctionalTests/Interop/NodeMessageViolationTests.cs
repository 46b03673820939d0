using NUnit.Framework;
using Kind = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrame;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Each rule for messages and their credit, broken once.</summary>
[TestFixture]
public sealed class NodeMessageViolationTests
{
    // A handler that does not return and messages of the least cost: so many fit into what there is at the start.
    private const int Affordable = (NodeViolation.MaxMessage + 262_144) / 64;

    private static IEnumerable<TestCaseData> Violations()
    {
        yield return Frames("MessageOfNothing", new Kind(Kind.Message, []));
        yield return Frames("PartOfNothing", new Kind(Kind.MessagePart, []));
        yield return Frames("PartWithoutPayload", Make.MessagePart(0));
        yield return Frames("ProtocolBeyondTheList", Make.Message(1, 1));
        yield return Frames("PartOfAProtocolBeyondTheList", Make.MessagePart(255, 1));
        yield return Frames("TooLargeInOneFrame", Make.Message(0, new byte[NodeViolation.MaxMessage + 1]));
        yield return Frames("TooLargeInPieces", Make.MessagePart(0, new byte[NodeViolation.MaxMessage]), Make.Message(0, 1));
        yield return Frames("TooLargePart", Make.MessagePart(0, new byte[NodeViolation.MaxMessage + 1]));
        yield return Frames("RequestInAMessage", Make.MessagePart(0, 1), Make.Request(0, 0, 1));
        yield return Frames("RequestPartInAMessage", Make.MessagePart(0, 1), Make.RequestPart(0, 0, 1));
        yield return Frames("DiscardOfNothing", Make.Discard(0));
        yield return Frames("DiscardOfAWholeMessage", Make.MessagePart(0, 1), Make.Message(0), Make.Discard(0));
        yield return Frames("DiscardTwice", Make.MessagePart(0, 1), Make.Discard(0), Make.Discard(0));
        yield return Frames("DiscardBeyondTheList", Make.Discard(1));
        yield return Frames("DiscardWithoutProtocol", new Kind(Kind.Discard, []));
        yield return Frames("DiscardWithMore", Make.MessagePart(0, 1), new Kind(Kind.Discard, [0, 0]));
        yield return Frames("MessagesWithoutCredit", [.. Enumerable.Repeat(Make.Message(0), Affordable + 1)]);
        yield return Frames("PartsWithoutCredit", [.. Enumerable.Repeat(Make.Message(0), Affordable), Make.MessagePart(0, 1)]);
        yield return Frames("CreditBeyondTheList", Make.Credit(1, 1));
        yield return Frames("CreditOfNothing", new Kind(Kind.Credit, []));
        yield return Frames("CreditWithoutBytes", new Kind(Kind.Credit, [0]));
        yield return Frames("CreditWithMore", new Kind(Kind.Credit, [0, 1, 1]));
        yield return Frames("CreditNotInItsShortestForm", new Kind(Kind.Credit, [0, 0x81, 0]));
        yield return Frames("CreditOfFiveBytes", new Kind(Kind.Credit, [0, 0x81, 0x81, 0x81, 0x81, 1]));
        yield return Frames("CreditBeyondTwoToThe31", [.. Enumerable.Repeat(Make.Credit(0, (1 << 28) - 1), 8)]);
        yield return Frames("KindBeyondTheList", new Kind(22, [0]));
        yield return Frames("SecondReady", new Kind(Kind.Ready, [0]));

        static TestCaseData Frames(string name, params ReferencePeerFrame[] frames) =>
            new TestCaseData((object)frames).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Violations))]
    public Task Violation_OfARule_IsAProtocolError(object frames) =>
        NodeViolation.ShouldCloseAsync(pair => pair.Talk.SendAsync((ReferencePeerFrame[])frames));

    [Test]
    public Task Limits_ReachedAndNotPassed_AreNoViolation() => NodeViolation.ShouldGoOnAsync(pair => pair.Talk.SendAsync(
        [
            .. Enumerable.Repeat(Make.Message(0), Affordable - (NodeViolation.MaxMessage / 64)),
            Make.MessagePart(0, new byte[NodeViolation.MaxMessage - 64]),
            Make.Message(0, new byte[64]),
            .. Enumerable.Repeat(Make.Credit(0, (1 << 28) - 1), 7),
            Make.Credit(0, 0),
        ]));

    [Test]
    public async Task MessageBeforeReady_OfAResponder_IsRefused()
    {
        await using var node = await Nodes.TestNode.StartAsync();
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        var connecting = node.ConnectReasonAsync(NodeHandshakeTests.Endpoint(listener));
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();
        await peer.SendAckAsync();
        await peer.ReadFinishAsync();

        await peer.SendFramesAsync(Make.Credit(0, 1));
        peer.HalfClose();

        Assert.That(await connecting, Is.EqualTo(P2pReason.ProtocolError));
    }
}
