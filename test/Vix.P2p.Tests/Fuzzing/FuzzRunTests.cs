using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Fuzzing;

public sealed class FuzzRunTests
{
    private const int Enough = 300_000;

    [Test]
    public void Run_TargetThatTellsItsStates_IsFollowedToWhereItBreaks()
    {
        FuzzResult result = Run(new LetterTarget("BOOM"), Enough);

        result.Finds.Should().ContainSingle("one input for each way of breaking is enough");
        result.Finds[0].Input.Should().StartWith("BOOM"u8.ToArray());
        result.Finds[0].Broken.Should().Be("Broken: the text is there");
    }

    [Test]
    public void Run_TargetThatTellsNothing_IsNotFoundOutByChance() =>
        Run(new LetterTarget("BOOM", tells: false), Enough).Finds.Should().BeEmpty("else the test above shows nothing");

    [Test]
    public void Run_SameSeed_TakesTheSameInputs()
    {
        Taken(5).Should().Equal(Taken(5));
        Taken(5).Should().NotEqual(Taken(6));

        static List<string> Taken(int seed)
        {
            var target = new LetterTarget("BOOM");
            new FuzzRun(target).Run([], seed, 1000, TimeSpan.MaxValue);
            return target.Taken;
        }
    }

    [Test]
    public void Run_SeedsAndKnownInputs_AreTakenFirstAndKeptForNewStepsOnly()
    {
        var target = new LetterTarget("BOOM") { Seeds = ["x"u8.ToArray(), "y"u8.ToArray()] };

        FuzzResult result = new FuzzRun(target).Run(["B"u8.ToArray(), "z"u8.ToArray()], 1, 4, TimeSpan.MaxValue);

        target.Taken.Should().Equal("78", "79", "42", "7A");
        result.Executions.Should().Be(4);
        result.Kept.Should().BeEquivalentTo(["x"u8.ToArray(), "B"u8.ToArray()], options => options.WithStrictOrdering());
    }

    [Test]
    public void Run_SoManyExecutions_AreExactlyThose() => Run(new LetterTarget("BOOM!"), 777).Executions.Should().Be(777);

    [Test]
    public void Run_TimeThatIsOver_Ends() => new FuzzRun(new LetterTarget("BOOM")).Run([], 1, long.MaxValue, TimeSpan.Zero).Executions.Should().BeLessThan(Enough);

    [Test]
    public void Run_OutcomeThatNothingCameTo_IsMissing() =>
        Run(new LetterTarget("BOOM") { Outcomes = ["other", "never"] }, 100).Missing.Should().Equal("never");

    [Test]
    public void Replay_Find_FailsAgainAndNothingElseIsTaken()
    {
        var target = new LetterTarget("BOOM");
        byte[] find = Run(new LetterTarget("BOOM"), Enough).Finds[0].Input;

        FuzzResult result = new FuzzRun(target).Replay([find]);

        result.Finds.Should().ContainSingle();
        target.Taken.Should().Equal(Convert.ToHexString(find));
    }

    [Test]
    public async Task Watchdog_InputThatDoesNotEnd_IsTold()
    {
        using var goOn = new ManualResetEventSlim();
        var bitten = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = new FuzzRun(new LetterTarget("BOOM") { OnInput = () => goOn.Wait(Waiting.Guard) });
        Task<FuzzResult> running = Task.Run(() => run.Replay(["slow"u8.ToArray()]));

        using (new Watchdog(run, TimeSpan.Zero, input => bitten.TrySetResult(input)))
            (await bitten.Task.Soon()).Should().Equal("slow"u8.ToArray());

        goOn.Set();
        (await running.Soon()).Executions.Should().Be(1);
    }

    private static FuzzResult Run(LetterTarget target, int executions) => new FuzzRun(target).Run([], 1, executions, TimeSpan.MaxValue);
}
