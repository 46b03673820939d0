using System.Diagnostics;
using System.Security.Cryptography;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>A flood of Hellos beside honest traffic, against the same flood at a listener that accepts and closes.</summary>
internal sealed class FloodBench(BenchOptions options, Report report)
{
    private const int Rate = 5000;

    // So that what disturbs the machine for a while is not all of a figure.
    private const int Slices = 5;

    // The baseline comes twice, so that a machine that has become slower meanwhile shows.
    private static readonly FloodKind[] Kinds = [FloodKind.None, FloodKind.AcceptAndClose, FloodKind.Hello, FloodKind.NetworkKey, FloodKind.OneAddress, FloodKind.AcceptAndClose];

    private readonly string _networkKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public async Task RunAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("The flood needs Linux: its addresses are those of 127/8.");
            return;
        }

        Report.WriteTitle(
            $"A flood of {Rate} Hellos a second for {Report.Number(options.FloodTime.TotalSeconds)} s beside honest traffic",
            "A node, one honest peer that was connected before, the flooder and the newcomers share the cores, each in a process of its own.",
            "Without a flood, and with one from one address, it takes a third of that time. The honest peer takes turns: messages of 1 KiB as fast as they are taken, then requests of 32 bytes, one after the other.");
        List<FloodResult> results = [];
        foreach (FloodKind kind in Kinds)
            results.Add(await FloodAsync(kind));

        Report.WriteTable(
            ["flood", "Hellos/s", "not sent/s", "begun/s", "kept out by address/s", "messages/s", "requests/s", "median µs", "99 % µs", "newcomers in", "their median ms", "node's cores", "flooder's cores", "node's MiB"],
            [.. results.Select(Row)]);
        double messages = Baseline(results, result => result.Messages);
        double requests = Baseline(results, result => result.Requests[0]);
        foreach ((FloodKind kind, double goal) in new[] { (FloodKind.Hello, 0.8), (FloodKind.NetworkKey, 0.95) })
        {
            FloodResult result = results.Single(result => result.Kind == kind);
            report.AddRatio($"{Name(kind)}: honest messages/s, against accept and close", result.Messages / messages, goal);
            report.AddRatio($"{Name(kind)}: honest requests/s, against accept and close", result.Requests[0] / requests, goal);
        }
    }

    private async Task<FloodResult> FloodAsync(FloodKind kind)
    {
        // What has no goal is shown, and takes less of the run.
        TimeSpan lasts = kind is FloodKind.None or FloodKind.OneAddress ? options.FloodTime / 3 : options.FloodTime;
        string? key = kind == FloodKind.NetworkKey ? _networkKey : null;
        await using FloodProcess target = FloodProcess.Target(kind, _networkKey);
        int[] ports = [.. (await target.ReadAsync()).Split(' ').Select(int.Parse)];
        await using FloodProcess honest = FloodProcess.Honest(ports[0], key);
        await honest.ReadAsync();
        // It lasts until everything that is measured is over.
        await using FloodProcess flooder = FloodProcess.Flooder(ports[1], kind, kind == FloodKind.None ? 0 : Rate, options.WarmUp + lasts + TimeSpan.FromSeconds(1));
        await flooder.ReadAsync();
        await honest.SendAsync(options.WarmUp);

        await flooder.BeginAsync();
        await honest.SendAsync(options.WarmUp / 2);
        await honest.RequestAsync(options.WarmUp / 2);
        Newcomers newcomers = new(ports[0], key);
        using CancellationTokenSource over = new();
        Task trying = newcomers.RunAsync(over.Token);
        var before = TargetMark.Parse(await target.AskAsync(""));
        long start = Stopwatch.GetTimestamp();
        List<double[]> messages = [];
        List<double[]> requests = [];
        for (int slice = 0; slice < Slices; slice++)
        {
            messages.Add(await honest.SendAsync(lasts / Slices * 2 / 3));
            requests.Add(await honest.RequestAsync(lasts / Slices / 3));
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        var after = TargetMark.Parse(await target.AskAsync(""));
        await over.CancelAsync();
        await trying;
        return new FloodResult(kind, FloodSent.Parse(await flooder.ReadAsync()), Median(messages)[0], Median(requests), newcomers, before, after, time);
    }

    // The slice in the middle, by what was done a second.
    private static double[] Median(List<double[]> slices) => slices.OrderBy(slice => slice[0]).ElementAt(slices.Count / 2);

    private static double Baseline(List<FloodResult> results, Func<FloodResult, double> figure) =>
        results.Where(result => result.Kind == FloodKind.AcceptAndClose).Average(figure);

    private static string[] Row(FloodResult result) =>
    [
        Name(result.Kind),
        Report.Number(result.Sent.Hellos),
        Report.Number(result.Sent.Refused),
        Report.Number(result.Started),
        Report.Number(result.Refused),
        Report.Number(result.Messages),
        Report.Number(result.Requests[0]),
        Report.Number(result.Requests[1]),
        Report.Number(result.Requests[2]),
        $"{result.Newcomers.In} of {result.Newcomers.Tried}",
        result.Newcomers.In == 0 ? "" : Report.Number(result.Newcomers.Median),
        Report.Number(result.Cores),
        Report.Number(result.Sent.Cores),
        $"{Report.Number(result.Before.Resident)} to {Report.Number(result.After.Resident)}",
    ];

    private static string Name(FloodKind kind) => kind switch
    {
        FloodKind.None => "no flood",
        FloodKind.AcceptAndClose => "accept and close",
        FloodKind.Hello => "no network key",
        FloodKind.NetworkKey => "network key",
        _ => "one address",
    };
}
