namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>What operations allocate once everything is as it stays: pools filled, code compiled.</summary>
internal static class Allocations
{
    private const int Turns = 5;

    /// <summary>
    /// Managed bytes an operation on all threads of the process, of the turn with the least: a collection in between
    /// empties the shared array pool, and what fills it again is not what an operation takes.
    /// </summary>
    public static async Task<double> MeasureAsync(BenchOptions options, Func<TimeSpan, Task<long>> run)
    {
        double least = double.MaxValue;
        for (int turn = 0; turn < Turns; turn++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long count = await run(options.RoundTime);
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / count);
        }

        return least;
    }
}
