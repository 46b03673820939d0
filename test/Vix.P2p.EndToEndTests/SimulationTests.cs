using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>The simulation of many nodes (docs/simulation.md), as a process of its own: its thread pool has one thread.</summary>
public sealed class SimulationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);

    [Test]
    public async Task Simulation_OfTwoThousandSeeds_HoldsInEach()
    {
        (int code, string output) = await RunAsync("--first", "1", "--seeds", "2000");

        code.Should().Be(0, output);
        output.Should().Contain("total seeds\t2000");
        // A run in which nothing bad happened would prove nothing.
        foreach (string fault in (string[])["Partition", "CrashInSilence", "CrashWithReset", "Cut", "HalfClose", "StallOneWay", "SlowReader", "DelaySpike", "BothDial", "WallClockJump", "Suspend", "Restart"])
            output.Should().Contain($"fault {fault}\t");
    }

    [Test]
    public async Task Seed_OnceMore_IsTheSameToTheByte()
    {
        (int code, string first) = await RunAsync("--first", "5001", "--seeds", "20", "--replay");
        (_, string second) = await RunAsync("--first", "5001", "--seeds", "20");

        code.Should().Be(0, first);
        HashOf(first).Should().NotBeNull().And.Be(HashOf(second), "another process draws the same from a seed");
    }

    // Each check finds what it is there for: told a lie, the simulation fails and says which seed and how to run it again.
    [TestCase("twice", "comes twice")]
    [TestCase("swap", "comes after")]
    [TestCase("change", "is not what was sent")]
    [TestCase("hang", "is not over in time")]
    [TestCase("answer", "an answer that is not its own")]
    [TestCase("pair", "lists n")]
    [TestCase("cap", "its limit is 0")]
    [TestCase("disagree", "with nothing under way")]
    [TestCase("away", "after all was healed")]
    [TestCase("leak", "has stopped and holds")]
    [TestCase("chance", "a second run is another one")]
    public async Task Simulation_OfALie_FindsIt(string lie, string found)
    {
        (int code, string output) = await RunAsync("--seeds", "40", "--replay", "--sabotage", lie);

        code.Should().Be(1, output);
        output.Should().Contain(found).And.Contain("--seed ");
    }

    private static string? HashOf(string output) => output.Split('\n').FirstOrDefault(line => line.StartsWith("hash ", StringComparison.Ordinal));

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        string program = Repository.Path("test", "Vix.P2p.Simulation", "bin", SampleProcess.Configuration, "net10.0", "Vix.P2p.Simulation.dll");
        await using ChildProcess process = ChildProcess.Start("dotnet", Repository.Root, [program, .. arguments]);
        int code = await process.WaitForExitAsync(Patience);
        return (code, process.Output);
    }
}
