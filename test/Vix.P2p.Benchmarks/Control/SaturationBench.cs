using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Messages;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>How long GET status takes while messages are sent as fast as they go.</summary>
internal sealed class SaturationBench(BenchOptions options, Report report, Figures figures)
{
    private const int Bytes = 1024;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            "The control plane while the data plane is saturated",
            "GET status of the receiving node, once a millisecond by one keep-alive connection from a thread of its own, in turns:",
            "with no messages, and with messages of 1 KiB as fast as SendAsync takes them. All of it in this process.");
        await using NodeFlow flow = await NodeFlow.StartAsync(Bytes);
        await using ControlHost host = await ControlHost.StartAsync(flow.Nodes.Server);
        using StatusPoller idle = new(host.Port);
        using StatusPoller busy = new(host.Port);
        List<double> rates = [];
        int rounds = options.Quick ? 1 : 5;
        for (int round = -1; round < rounds; round++)
        {
            TimeSpan time = round < 0 ? options.WarmUp : options.RoundTime;
            await idle.RunAsync(time);
            long start = Stopwatch.GetTimestamp();
            Task<long> sending = Task.Run(() => flow.RunAsync(time));
            await busy.RunAsync(time);
            rates.Add(await sending / Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (round >= 0)
                continue;
            idle.Latencies.Forget();
            busy.Latencies.Forget();
            rates.Clear();
        }

        rates.Sort();
        Report.WriteTable(
            ["", "median µs", "99 % µs", "99.9 % µs", "messages/s meanwhile"],
            [Row("no messages", idle.Latencies, 0), Row("saturated", busy.Latencies, rates[rates.Count / 2])]);
        report.AddRatio("GET status while the data plane is saturated, 99 %", busy.Latencies.Percentile(99) / 1000, 10, atMost: true, unit: "ms");
        foreach (double percent in Latencies.Percentiles)
        {
            figures.Add("control", "no messages", percent, idle.Latencies.Percentile(percent));
            figures.Add("control", "saturated", percent, busy.Latencies.Percentile(percent));
        }
    }

    private static string[] Row(string name, Latencies latencies, double rate) =>
        [name, Report.Number(latencies.Percentile(50)), Report.Number(latencies.Percentile(99)), Report.Number(latencies.Percentile(99.9)), Report.Number(rate)];
}
