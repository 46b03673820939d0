using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Tests.Fuzzing;

public sealed class CoverageTests
{
    [Test]
    public void Visit_FirstAndSecondTime_IsNewOnce()
    {
        var coverage = new Coverage();

        See(coverage, 1, 2).Should().Be((true, true));
        See(coverage, 1, 2).Should().Be((false, false));
    }

    [Test]
    public void Visit_KnownStatesInAnotherOrder_IsANewStepAndNoNewState()
    {
        var coverage = new Coverage();
        See(coverage, 1, 2);

        See(coverage, 2, 1).Should().Be((true, false));

        coverage.States.Should().Be(2);
        coverage.Steps.Should().Be(4);
    }

    [Test]
    public void Begin_NextInput_StartsWhereEachStarts()
    {
        var coverage = new Coverage();
        See(coverage, 1);
        See(coverage, 2);

        See(coverage, 1).Should().Be((false, false), "the state of the input before is no part of this one");
    }

    [Test]
    public void Reach_Outcomes_AreNamedAndAreStates()
    {
        var coverage = new Coverage();
        coverage.Begin();

        coverage.Reach("bad length");
        coverage.Reach("bad kind");
        coverage.Reach("bad length");

        coverage.Outcomes.Should().Equal("bad length", "bad kind");
        coverage.States.Should().Be(2);
    }

    [Test]
    public void Copy_OfACoverage_HasSeenTheSameStates()
    {
        var coverage = new Coverage();
        See(coverage, 1, 2);

        var copy = new Coverage(coverage);

        See(copy, 2, 1).Should().Be((true, false));
        copy.States.Should().Be(2);
        See(copy, 3);
        coverage.States.Should().Be(2);
    }

    private static (bool Step, bool State) See(Coverage coverage, params int[] states)
    {
        coverage.Begin();
        foreach (int state in states)
            coverage.Visit(state);
        return (coverage.IsNewStep, coverage.IsNewState);
    }
}
