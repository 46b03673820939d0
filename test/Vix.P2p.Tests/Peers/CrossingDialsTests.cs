using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.Tests.Peers;

/// <summary>
/// Two nodes that dial each other (docs/protocol.md, section 4; docs/security.md, row 10), with the real peer tables
/// and each with a single place, so that what one of them leaks shows.
/// </summary>
internal sealed class CrossingDialsTests
{
    [Test]
    public void TwoDials_EveryInterleaving_OneSurvivesTheSameOnBothSides()
    {
        var script = new List<int>();
        int runs = 0;
        var winners = new HashSet<int>();
        do
        {
            winners.Add(Run(script));
            runs++;
        }
        while (Next(script));

        runs.Should().BeGreaterThan(2_000);
        winners.Should().HaveCount(2, "which one it is depends on the order");
    }

    [Test]
    public void ManyDials_RandomOrderAndLinksThatFail_NeverTwoAtOnceAndAgreementInTheEnd([Range(0, 19)] int seed)
    {
        for (int round = 0; round < 100; round++)
            RunRandomly(new Random(seed * 1000 + round), $"seed {seed}, round {round}");
    }

    // Follows the script's choices and extends it by first choices; each entry is (choice, of how many) in one number.
    private static int Run(List<int> script)
    {
        var (a, b) = (new CrossingNode('a'), new CrossingNode('b'));
        List<CrossingDial> dials = [];
        dials.Add(new CrossingDial(a, b, dials));
        dials.Add(new CrossingDial(b, a, dials));
        for (int step = 0; ; step++)
        {
            Action[] choices = [.. dials.SelectMany(dial => dial.Choices())];
            if (choices.Length == 0)
                break;
            if (step == script.Count)
                script.Add(choices.Length);
            choices[script[step] >> 8]();
            script[step] = (script[step] & ~0xff) | choices.Length;
            Settle(dials);
            Check(a, b, dials, () => string.Join(' ', script.Select(entry => entry >> 8)));
        }

        string because = string.Join(' ', script.Select(entry => entry >> 8));
        CrossingDial survivor = dials.Should().ContainSingle(dial => dial.LiveFrom || dial.LiveTo, because).Which;
        (survivor.LiveFrom && survivor.LiveTo).Should().BeTrue(because);
        dials.Should().NotContain(dial => dial.Waiting, because);
        foreach (CrossingNode node in (CrossingNode[])[a, b])
        {
            node.HasFreePlace.Should().BeFalse(because);
            long ended = node.Counters.HandshakesCompleted + node.Counters.HandshakesFailed;
            node.Counters.HandshakesCompleted.Should().BeInRange(1, 2, because);
            ended.Should().BeInRange(1, 2, because);
        }

        survivor.CloseAt(a, P2pReason.Requested);
        Drain(dials);
        (a.HasFreePlace, b.HasFreePlace).Should().Be((true, true), because);
        return dials.IndexOf(survivor);
    }

    private static void RunRandomly(Random random, string because)
    {
        var (a, b) = (new CrossingNode('a'), new CrossingNode('b'));
        List<CrossingDial> dials = [];
        for (int step = 0; step < 80; step++)
        {
            if (random.Next(6) == 0 && dials.Count < 8)
                dials.Add(random.Next(2) == 0 ? new CrossingDial(a, b, dials) : new CrossingDial(b, a, dials));
            if (dials.Count > 0 && random.Next(12) == 0)
                dials[random.Next(dials.Count)].Cut();
            Action[] choices = [.. dials.SelectMany(dial => dial.Choices())];
            if (choices.Length > 0)
                choices[random.Next(choices.Length)]();
            Settle(dials);
            Check(a, b, dials, () => because);
        }

        Drain(dials);
        Check(a, b, dials, () => because);
        dials.Where(dial => dial.LiveFrom).Should().Equal(dials.Where(dial => dial.LiveTo), because);
        foreach (CrossingDial dial in dials)
            dial.GiveUpWaiting();
        foreach (CrossingDial dial in dials.Where(dial => dial.LiveFrom).ToArray())
            dial.CloseAt(dial.From, P2pReason.Requested);
        Drain(dials);
        (a.HasFreePlace, b.HasFreePlace).Should().Be((true, true), because);
    }

    private static void Drain(List<CrossingDial> dials)
    {
        while (dials.SelectMany(dial => dial.Choices()).FirstOrDefault() is { } next)
        {
            next();
            Settle(dials);
        }
    }

    private static void Settle(List<CrossingDial> dials)
    {
        foreach (CrossingDial dial in dials)
            dial.SeeArrival();
    }

    private static void Check(CrossingNode a, CrossingNode b, List<CrossingDial> dials, Func<string> because)
    {
        foreach ((CrossingNode node, CrossingNode other) in ((CrossingNode, CrossingNode)[])[(a, b), (b, a)])
        {
            int live = dials.Count(dial => (dial.From == node && dial.LiveFrom) || (dial.To == node && dial.LiveTo));
            if (live > 1 || node.IsConnectedTo(other) != (live == 1))
                Assert.Fail($"{live} established at one node, which shows {node.Table.Find(other.Id)?.State.State}: {because()}");
        }
    }

    // The next script in the order of depth-first search.
    private static bool Next(List<int> script)
    {
        while (script.Count > 0)
        {
            int last = script[^1];
            int choice = (last >> 8) + 1;
            if (choice < (last & 0xff))
            {
                script[^1] = (choice << 8) | (last & 0xff);
                return true;
            }

            script.RemoveAt(script.Count - 1);
        }

        return false;
    }
}
