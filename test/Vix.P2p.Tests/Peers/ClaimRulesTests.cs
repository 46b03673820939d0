using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;

namespace Vix.P2p.Tests.Peers;

internal sealed class ClaimRulesTests
{
    private static readonly PeerId Smaller = PeerId.Parse(new string('1', 64));
    private static readonly PeerId Larger = PeerId.Parse(new string('2', 64));

    [TestCase(true)]
    [TestCase(false)]
    public void AtFinish_NoClaim_Takes(bool ownIsLarger) =>
        Decide(ownIsLarger, null, 0, 5).Should().Be(ClaimDecision.Take);

    [TestCase(true, 0L, 5L, ClaimDecision.Refuse)]
    [TestCase(false, 0L, 5L, ClaimDecision.TakeFromDial)]
    [TestCase(true, 6L, 5L, ClaimDecision.Refuse)]
    [TestCase(false, 6L, 5L, ClaimDecision.TakeFromDial)]
    [TestCase(true, 4L, 5L, ClaimDecision.Replace)]
    [TestCase(false, 4L, 5L, ClaimDecision.Replace)]
    public void AtFinish_OwnDialHolds_ItsAgeAndThenTheIdsDecide(bool ownIsLarger, long established, long ackSent, object decision) =>
        Decide(ownIsLarger, PeerDirection.Outbound, established, ackSent).Should().Be((ClaimDecision)decision);

    [TestCase(true, 0L)]
    [TestCase(false, 0L)]
    [TestCase(true, 4L)]
    [TestCase(false, 6L)]
    public void AtFinish_InboundHolds_IsReplaced(bool ownIsLarger, long established) =>
        Decide(ownIsLarger, PeerDirection.Inbound, established, 5).Should().Be(ClaimDecision.Replace);

    [Test]
    public void AtFinish_CrossedDials_ExactlyOneSideGivesWay()
    {
        ClaimDecision here = Decide(true, PeerDirection.Outbound, 0, 5);
        ClaimDecision there = Decide(false, PeerDirection.Outbound, 0, 5);

        (here, there).Should().Be((ClaimDecision.Refuse, ClaimDecision.TakeFromDial));
    }

    private static ClaimDecision Decide(bool ownIsLarger, PeerDirection? holder, long established, long ackSent) =>
        ClaimRules.AtFinish(ownIsLarger ? Larger : Smaller, ownIsLarger ? Smaller : Larger, holder, established, ackSent);
}
