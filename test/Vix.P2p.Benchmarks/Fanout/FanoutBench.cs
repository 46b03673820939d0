using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Fanout;

/// <summary>One node with a hundred peers: messages a second both ways, and what one peer that reads nothing does to the others.</summary>
internal sealed class FanoutBench(BenchOptions options, Report report, Figures figures)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly BenchOptions _options = options with { RoundTime = options.RoundTime * 0.35, WarmUp = options.WarmUp / 3, Rounds = Math.Min(5, options.Rounds) };
    private readonly int _peers = options.Quick ? 10 : 100;

    public async Task RunAsync()
    {
        await RunRatesAsync();
        await RunStalledAsync();
    }

    private async Task RunRatesAsync()
    {
        Report.WriteTitle(
            $"One peer to {_peers}, and {_peers} to one",
            "All nodes in this process, which shares its cores among all ends. Messages a second are those that the receivers",
            "got together; the clock stops when all have been received. Nothing raised.");
        List<string[]> rows = [];
        foreach (int size in (int[])[32, 1024])
        {
            await using Crowd crowd = await Crowd.StartAsync(_peers, size);
            Runner[] runners =
            [
                new($"1 to {_peers}, BroadcastAsync", crowd.BroadcastAsync),
                new($"1 to {_peers}, SendAsync to each", crowd.SendToAllAsync),
                new($"{_peers} to 1", crowd.SendToHubAsync),
            ];
            Sample[] samples = await Rounds.RunAsync(_options, runners);
            rows.AddRange(runners.Zip(samples, (runner, sample) => (string[])
            [
                size.ToString("#,0", CultureInfo.InvariantCulture),
                runner.Name,
                Report.Number(sample.PerSecond),
                Report.Number(sample.PerSecond * size / 1e6),
                Report.Number(sample.Processor * 1000),
            ]));
        }

        Report.WriteTable(["bytes", "", "messages/s together", "MB/s", "processor ns each"], rows);
    }

    // With and without take turns, so that neither has the quieter machine.
    private async Task RunStalledAsync()
    {
        const int Bytes = 1024;
        Report.WriteTitle(
            $"{_peers} peers, one of which reads nothing",
            $"A broadcast of 1 KiB every {Pace.TotalMilliseconds} ms, without waiting for anybody; how long it took to the handlers of the other",
            $"{_peers - 1}. The one that reads nothing does not take a byte from its socket, and its send queue was filled before.");
        await using Crowd all = await Crowd.StartAsync(_peers, Bytes);
        await using Crowd stalled = await Crowd.StartAsync(_peers, Bytes);
        TimeSpan time = options.RoundTime;
        int rounds = options.Quick ? 1 : 7;
        for (int round = -1; round < rounds; round++)
        {
            GC.Collect();
            await all.PaceAsync(Pace, time);
            stalled.First.Stall();
            await FillAsync(stalled);
            GC.Collect();
            await stalled.PaceAsync(Pace, time);
            stalled.First.Resume();
            await stalled.Hub.FlushAsync(stalled.Ids[0]);
            if (round >= 0)
                continue;
            all.Delays.Forget();
            stalled.Delays.Forget();
        }

        Report.WriteTable(["", "median µs", "99 % µs"], [Row("all read", all.Delays), Row("one reads nothing", stalled.Delays)]);
        report.AddRatio("99 % of the others' delays, with one that reads nothing against without", stalled.Delays.Percentile(99) / all.Delays.Percentile(99), 1.1, atMost: true);
        foreach (double percent in Latencies.Percentiles)
        {
            figures.Add("stalled", "all read", percent, all.Delays.Percentile(percent));
            figures.Add("stalled", "one reads nothing", percent, stalled.Delays.Percentile(percent));
        }
    }

    // Until the queue stays full: the system takes some megabytes first.
    private static async Task FillAsync(Crowd crowd)
    {
        byte[] message = new byte[crowd.Size];
        int full = 0;
        while (full < 5)
        {
            if (crowd.Hub.TrySend(crowd.Ids[0], Crowd.Pace, message, out _))
            {
                full = 0;
                continue;
            }

            full++;
            await Task.Delay(1);
        }
    }

    private static string[] Row(string name, Latencies delays) => [name, Report.Number(delays.Percentile(50)), Report.Number(delays.Percentile(99))];
}
