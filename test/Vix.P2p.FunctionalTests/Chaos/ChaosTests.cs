using System.Globalization;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>
/// Two nodes on real sockets, and a network between them that delays, slices, stalls, resets, half-closes and cuts: the
/// link comes back after each fault, and what goes through it comes in order, at most once, or fails once.
/// docs/chaos.md says how to have more of them.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class ChaosTests
{
    private const int Faults = 200;
    private const int Seed = 5;

    [TestCase(false)]
    [TestCase(true)]
    public async Task Link_UnderFaults_ComesBackAfterEachAndLeavesNothing(bool bothDial)
    {
        var faults = Read("VIX_CHAOS_FAULTS", Faults) / 2;
        var seed = Read("VIX_CHAOS_SEED", Seed) + (bothDial ? 1 : 0);
        TestContext.Progress.WriteLine($"chaos: {faults} faults, seed {seed}, {(bothDial ? "both dial" : "one dials")}");
        var started = TimeProvider.System.GetTimestamp();
        await using var run = await ChaosRun.StartAsync(seed, bothDial);

        var warmUp = faults / 4;
        await run.FaultAsync(warmUp);
        await run.SettleAsync();
        var before = Measure();
        await run.FaultAsync(faults - warmUp);
        await run.SettleAsync();
        var growth = Measure() - before;
        await run.StopAsync();

        foreach (var line in run.Report().Append($"heap grew by {growth / 1024} KiB in {faults - warmUp} faults; {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F0} s"))
            TestContext.Progress.WriteLine($"chaos: {line}");
        // The last lines of the log and the last dials are kept, some 1,000; a connection that is never freed has tens of KiB.
        Assert.That(growth, Is.LessThan(4 * 1024 * 1024));
    }

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;

    private static long Measure()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
