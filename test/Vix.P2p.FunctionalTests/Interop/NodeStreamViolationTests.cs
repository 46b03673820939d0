using NUnit.Framework;
using Kind = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrame;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Each rule for streams, broken once by a peer that dialled, so that its numbers are odd.</summary>
[TestFixture]
public sealed class NodeStreamViolationTests
{
    private const int Most = (1 << 28) - 1;

    private static IEnumerable<TestCaseData> Violations()
    {
        var open = Make.StreamOpen(1, 0);
        yield return Frames("OpenOfNothing", new Kind(Kind.StreamOpen, []));
        yield return Frames("OpenWithoutProtocol", new Kind(Kind.StreamOpen, [1]));
        yield return Frames("OpenWithMore", new Kind(Kind.StreamOpen, [1, 0, 0]));
        yield return Frames("OpenNotInItsShortestForm", new Kind(Kind.StreamOpen, [0x81, 0, 0]));
        yield return Frames("OpenOfNumberZero", Make.StreamOpen(0, 0));
        yield return Frames("OpenOfTheNodesNumber", Make.StreamOpen(2, 0));
        yield return Frames("OpenLeavesOneOut", Make.StreamOpen(3, 0));
        yield return Frames("OpenTwice", open, open);
        yield return Frames("OpenAgainAfterAbort", open, Make.StreamAbort(1, 0), open);
        yield return Frames("OpenOfAProtocolBeyondTheList", Make.StreamOpen(1, 1));
        yield return Frames("DataBeforeOpen", Make.StreamData(1, 1));
        yield return Frames("EndBeforeOpen", Make.StreamEnd(1));
        yield return Frames("AbortBeforeOpen", Make.StreamAbort(1, 0));
        yield return Frames("StopBeforeOpen", Make.StreamStop(1, 0));
        yield return Frames("CreditBeforeOpen", Make.StreamCredit(1, 1));
        yield return Frames("DataOfTheNodesNumber", Make.StreamData(2, 1));
        yield return Frames("DataOfNumberZero", Make.StreamData(0, 1));
        yield return Frames("DataOfTheNextNumber", open, Make.StreamData(3, 1));
        yield return Frames("DataOfNothing", open, new Kind(Kind.StreamData, []));
        yield return Frames("DataOfNoBytes", open, Make.StreamData(1));
        yield return Frames("DataAfterEnd", open, Make.StreamEnd(1), Make.StreamData(1, 1));
        yield return Frames("EndAfterEnd", open, Make.StreamEnd(1), Make.StreamEnd(1));
        yield return Frames("EndWithMore", open, new Kind(Kind.StreamEnd, [1, 0]));
        yield return Frames("AbortWithoutCode", open, new Kind(Kind.StreamAbort, [1]));
        yield return Frames("AbortWithMore", open, new Kind(Kind.StreamAbort, [1, 0, 0]));
        yield return Frames("StopWithoutCode", open, new Kind(Kind.StreamStop, [1]));
        yield return Frames("StopOfFiveByteCode", open, new Kind(Kind.StreamStop, [1, 0x81, 0x81, 0x81, 0x81, 1]));
        yield return Frames("CreditWithoutBytes", open, new Kind(Kind.StreamCredit, [1]));
        yield return Frames("CreditWithMore", open, new Kind(Kind.StreamCredit, [1, 1, 1]));
        yield return Frames("CreditBeyondTwoToThe31", [open, .. Enumerable.Repeat(Make.StreamCredit(1, Most), 8)]);
        yield return Frames("DataBeyondTheWindow", open, Make.StreamData(1, new byte[NodeViolation.StreamWindow + 1]));
        yield return Frames("DataBeyondTheWindowByOne", open, Make.StreamData(1, new byte[NodeViolation.StreamWindow]), Make.StreamData(1, 1));

        static TestCaseData Frames(string name, params ReferencePeerFrame[] frames) =>
            new TestCaseData((object)frames).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Violations))]
    public Task Violation_OfARule_IsAProtocolError(object frames) =>
        NodeViolation.ShouldCloseAsync(pair => pair.Talk.SendAsync((ReferencePeerFrame[])frames));

    [Test]
    public Task Limits_ReachedAndNotPassed_AreNoViolation() => NodeViolation.ShouldGoOnAsync(async pair =>
    {
        await pair.Talk.OpenAsync("chat/1");
        await pair.Talk.SendAsync(
        [
            Make.StreamData(1, new byte[NodeViolation.StreamWindow]),
            .. Enumerable.Repeat(Make.StreamCredit(1, Most), 7),
            Make.StreamCredit(1, 0),
            Make.StreamEnd(1),
            Make.StreamCredit(1, 1),
            Make.StreamStop(1, 5),
            Make.StreamStop(1, 6),
        ]);
        await pair.Talk.OpenAsync("chat/1");
        await pair.Talk.SendAsync(
            Make.StreamAbort(3, Most),
            Make.StreamData(3, 1),
            Make.StreamEnd(3),
            Make.StreamEnd(3),
            Make.StreamCredit(3, Most),
            Make.StreamAbort(3, 0));
    });
}
