using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Lets contenders take turns in one run: A B C, A B C, and so on. Only ratios of one run count.</summary>
internal static class Rounds
{
    /// <summary>The median turn of each contender.</summary>
    /// <param name="options">How long and how often.</param>
    /// <param name="workers">Operations at once.</param>
    /// <param name="contenders">Who takes turns.</param>
    public static Task<Sample[]> RunAsync(BenchOptions options, int workers, params Contender[] contenders) =>
        RunAsync(options, [.. contenders.Select(contender => new Runner(contender.Name, time => LoopAsync(contender, workers, time)))]);

    /// <summary>The median turn of each runner.</summary>
    /// <param name="options">How long and how often.</param>
    /// <param name="runners">Who takes turns.</param>
    public static async Task<Sample[]> RunAsync(BenchOptions options, params Runner[] runners)
    {
        foreach (Runner runner in runners)
            await TurnAsync(runner, options.WarmUp);
        List<Sample>[] turns = [.. runners.Select(_ => new List<Sample>())];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < runners.Length; i++)
                turns[i].Add(await TurnAsync(runners[i], options.RoundTime));
        }

        return [.. turns.Select(Sample.Median)];
    }

    /// <summary>One turn, for those who take turns in another way.</summary>
    public static async Task<Sample> TurnAsync(Runner runner, TimeSpan time)
    {
        // What the last one left to collect is not this one's.
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        long count = await Task.Run(() => runner.RunAsync(time));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Sample(
            count / seconds,
            (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / count,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / count);
    }

    private static async Task<long> LoopAsync(Contender contender, int workers, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => LoopAsync(contender, worker, start, time))));
        return counts.Sum();
    }

    private static async Task<long> LoopAsync(Contender contender, int worker, long start, TimeSpan time)
    {
        long count = 0;
        do
        {
            await contender.RunOnce(worker);
            count++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return count;
    }
}
