using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Kind = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrame;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Each rule for requests and their answers, broken once.</summary>
[TestFixture]
public sealed class NodeRequestViolationTests
{
    private static IEnumerable<TestCaseData> Requests()
    {
        yield return Frames("RequestOfNothing", new Kind(Kind.Request, []));
        yield return Frames("RequestWithoutNumber", new Kind(Kind.Request, [0]));
        yield return Frames("RequestOfFiveByteNumber", new Kind(Kind.Request, [0, 0x81, 0x81, 0x81, 0x81, 1]));
        yield return Frames("RequestNotInItsShortestForm", new Kind(Kind.Request, [0, 0x81, 0]));
        yield return Frames("PartWithoutPayload", Make.RequestPart(0, 0));
        yield return Frames("ProtocolBeyondTheList", Make.Request(1, 0, 1));
        yield return Frames("NumberInFlight", Make.Request(0, 5, 1), Make.Request(0, 5, 1));
        yield return Frames("PartOfANumberInFlight", Make.Request(0, 5, 1), Make.RequestPart(0, 5, 1));
        yield return Frames("NumberInFlightUnfinished", Make.RequestPart(0, 5, 1), Make.Request(0, 6, 1));
        yield return Frames("MessageInARequest", Make.RequestPart(0, 5, 1), Make.Message(0, 1));
        yield return Frames("TooLargeInOneFrame", Make.Request(0, 0, new byte[NodeViolation.MaxMessage + 1]));
        yield return Frames("TooLargeInPieces", Make.RequestPart(0, 0, new byte[NodeViolation.MaxMessage]), Make.Request(0, 0, 1));
        // The first blocks its protocol; requests alone would be answered with Busy and paid for.
        yield return Frames("WithoutCredit", [Make.Request(0, 0), .. Enumerable.Repeat(Make.Message(0), ((NodeViolation.MaxMessage + 262_144) / 64) - 1), Make.Request(0, 1)]);
        yield return Frames("CancelOfNothing", new Kind(Kind.Cancel, []));
        yield return Frames("CancelWithMore", new Kind(Kind.Cancel, [0, 0]));
        yield return Frames("CancelNotInItsShortestForm", new Kind(Kind.Cancel, [0x81, 0]));
        yield return Frames("ResponseToNothing", Make.Response(0, 1));
        yield return Frames("ResponsePartToNothing", Make.ResponsePart(0, 1));
        yield return Frames("FailureToNothing", Make.Failure(0, 1, ""));
        yield return Frames("ResponseWithoutNumber", new Kind(Kind.Response, []));

        static TestCaseData Frames(string name, params ReferencePeerFrame[] frames) =>
            new TestCaseData((object)frames).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> Answers()
    {
        yield return Frames("TwoResponses", number => [Make.Response(number, 1), Make.Response(number, 1)]);
        yield return Frames("FailureAfterTheResponse", number => [Make.Response(number, 1), Make.Failure(number, 1, "")]);
        yield return Frames("ResponseAfterTheFailure", number => [Make.Failure(number, 1, ""), Make.Response(number, 1)]);
        yield return Frames("TooLargeInOneFrame", number => [Make.Response(number, new byte[NodeViolation.MaxMessage + 1])]);
        yield return Frames("TooLargeInPieces", number => [Make.ResponsePart(number, new byte[NodeViolation.MaxMessage]), Make.Response(number, 1)]);
        yield return Frames("PartWithoutPayload", number => [Make.ResponsePart(number)]);
        yield return Frames("FailureWithoutCode", number => [new Kind(Kind.Failure, Make.Cancel(number).Body)]);
        yield return Frames("FailureOfALongText", number => [Make.Failure(number, 1, new string('a', 257))]);

        static TestCaseData Frames(string name, Func<uint, ReferencePeerFrame[]> frames) =>
            new TestCaseData((object)frames).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Requests))]
    public Task Request_AgainstARule_IsAProtocolError(object frames) =>
        NodeViolation.ShouldCloseAsync(pair => pair.Talk.SendAsync((ReferencePeerFrame[])frames));

    [TestCaseSource(nameof(Answers))]
    public async Task Answer_AgainstARule_IsAProtocolError(object frames)
    {
        Task? asking = null;
        await NodeViolation.ShouldCloseAsync(async pair =>
        {
            asking = pair.Node.Node.RequestAsync(pair.PeerId, "chat/1", new byte[] { 1 }).AsTask();
            var request = await pair.Talk.ReceiveAsync("chat/1");
            await pair.Talk.SendAsync(((Func<uint, ReferencePeerFrame[]>)frames)(request.Request!.Value));
        });

        // Whether the answer before the violation was one is not what this is about; that it ends is.
        await asking!.ContinueWith(task => task.Exception, TaskScheduler.Default).Soon();
    }

    [Test]
    public async Task Request_WhenTheConnectionEndsByAViolation_FailsWithIt()
    {
        Task? asking = null;
        await NodeViolation.ShouldCloseAsync(async pair =>
        {
            asking = pair.Node.Node.RequestAsync(pair.PeerId, "chat/1", new byte[] { 1 }).AsTask();
            await pair.Talk.ReceiveAsync("chat/1");
            await pair.Talk.SendAsync(Make.Discard(0));
        });

        (await asking!.Invoking(task => task.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.ProtocolError);
    }

    [Test]
    public Task Limits_ReachedAndNotPassed_AreNoViolation() => NodeViolation.ShouldGoOnAsync(async pair =>
    {
        await pair.Talk.SendAsync(
            Make.RequestPart(0, (1 << 28) - 1, new byte[NodeViolation.MaxMessage - 1]),
            Make.Request(0, (1 << 28) - 1, 1),
            Make.Cancel(77),
            Make.RequestPart(0, 1, 1),
            Make.Discard(0),
            Make.Request(0, 1));
        var asking = pair.Node.Node.RequestAsync(pair.PeerId, "chat/1", new byte[] { 1 }).AsTask();
        var request = await pair.Talk.ReceiveAsync("chat/1");
        await pair.Talk.RespondAsync(request, new byte[NodeViolation.MaxMessage], 1_000);
        (await asking.Soon()).Length.Should().Be(NodeViolation.MaxMessage);
        asking = pair.Node.Node.RequestAsync(pair.PeerId, "chat/1", new byte[] { 1 }).AsTask();
        await pair.Talk.FailAsync(await pair.Talk.ReceiveAsync("chat/1"), 0, new string('a', 256));
        await asking.Invoking(task => task.Soon()).Should().ThrowAsync<P2pRemoteException>();
    });
}
