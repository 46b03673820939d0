using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Lets contenders take turns in one run: A B C, A B C, and so on. Only ratios of one run count.</summary>
internal static class Rounds
{
    /// <summary>The median turn of each contender.</summary>
    /// <param name="options">How long and how often.</param>
    /// <param name="workers">Operations at once.</param>
    /// <param name="contenders">Who takes turns.</param>
    public static async Task<Sample[]> RunAsync(BenchOptions options, int workers, params Contender[] contenders)
    {
        foreach (Contender contender in contenders)
            await TurnAsync(contender, workers, options.WarmUp);
        List<Sample>[] turns = [.. contenders.Select(_ => new List<Sample>())];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
                turns[i].Add(await TurnAsync(contenders[i], workers, options.RoundTime));
        }

        return [.. turns.Select(Sample.Median)];
    }

    private static async Task<Sample> TurnAsync(Contender contender, int workers, TimeSpan time)
    {
        // What the last contender left to collect is not this one's.
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => LoopAsync(contender, worker, start, time))));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int count = counts.Sum();
        return new Sample(
            count / seconds,
            (Environment.CpuUsage.TotalTime - processor) / count,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / count);
    }

    private static async Task<int> LoopAsync(Contender contender, int worker, long start, TimeSpan time)
    {
        int count = 0;
        do
        {
            await contender.RunOnce(worker);
            count++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return count;
    }
}
