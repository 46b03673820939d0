using System.Globalization;
using Vix.P2p.Benchmarks.Links;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>One-way messages a second, against SslStream, raw sockets and the bare limit in the same run.</summary>
internal sealed class MessageBench(BenchOptions options, Report report, Figures figures)
{
    private const int Small = 32;
    private const string Node = "Vix.P2p";
    private const string Tls = "SslStream";
    private const string Plain = "raw sockets";
    private const string Bare = "bare limit";
    private const string Pipe = "bare TLS pipe loop";

    // From the project's goals: libzmq 4.3 in C++ on a machine like this one, and not measured in this run.
    private const double ZeroMqSmall = 820_000;

    private static readonly int[] Sizes = [Small, 256, 1024, 4096, 16 * 1024, 64 * 1024];

    private readonly BenchOptions _options = options with { RoundTime = options.RoundTime * 0.35, WarmUp = options.WarmUp / 3 };

    public async Task RunAsync()
    {
        Report.WriteTitle(
            "One-way messages",
            "Both ends in this process over loopback, one connection, one sender. Each message carries its number, and whoever",
            "receives it checks number, length and ends; the clock stops when the last one was received and counted.",
            "Vix.P2p: one SendAsync a message, a handler that counts. SslStream (TLS 1.3, both certificates) and raw sockets: a",
            "length before each message, gathered in 64 KiB and written when full, read into 256 KiB. Bare limit: messages copied",
            "into 64 KiB records, AES-256-GCM in place, one socket call a record, opened and walked by a thread on the other side,",
            "nothing around it. Bare TLS pipe loop: frames written into the pipe over an SslStream, read from one. Nothing raised.");
        List<string[]> rows = [];
        foreach (int size in Sizes)
            rows.AddRange(await CompareAsync(size));
        Report.WriteTable(["bytes", "", "messages/s", "MB/s", "processor ns each"], rows);
    }

    private async Task<List<string[]>> CompareAsync(int size)
    {
        Dictionary<string, IFlow> flows = new()
        {
            [Node] = await NodeFlow.StartAsync(size),
            [Tls] = new StreamFlow(size, await StreamLink.TlsAsync()),
            [Plain] = new StreamFlow(size, await StreamLink.PlainAsync()),
            [Bare] = await BareFlow.StartAsync(size),
        };
        if (size == Small)
            flows.Add(Pipe, new PipeFlow(size, await StreamLink.TlsAsync()));
        Sample[] samples = await Rounds.RunAsync(_options, [.. flows.Select(flow => new Runner(flow.Key, flow.Value.RunAsync))]);
        double allocated = await Allocations.MeasureAsync(_options, flows[Node].RunAsync);
        foreach (IFlow flow in flows.Values)
            await flow.DisposeAsync();

        Dictionary<string, Sample> results = flows.Keys.Zip(samples).ToDictionary();
        foreach ((string name, Sample sample) in results)
            figures.Add("throughput", name, size, sample.PerSecond);
        AddRatios(size, results, allocated);
        string bytes = size.ToString("#,0", CultureInfo.InvariantCulture);
        return [.. results.Select(result => (string[])
        [
            bytes,
            result.Key,
            Report.Number(result.Value.PerSecond),
            Report.Number(result.Value.PerSecond * size / 1e6),
            Report.Number(result.Value.Processor * 1000),
        ])];
    }

    private void AddRatios(int size, Dictionary<string, Sample> results, double allocated)
    {
        string what = $"one-way {Text(size)}";
        double node = results[Node].PerSecond;
        bool goal = size is 1024 or 64 * 1024;
        report.AddRatio($"{what}, against SslStream", node / results[Tls].PerSecond, goal ? 1.25 : null);
        report.AddRatio($"{what}, against the bare limit", node / results[Bare].PerSecond, goal ? 0.9 : null);
        if (size == Small)
        {
            report.AddRatio($"{what}, against the bare TLS pipe loop", node / results[Pipe].PerSecond, 0.4);
            report.AddRatio($"{what}, against ZeroMQ CURVE's 0.82 M/s (not measured here)", node / ZeroMqSmall, 8);
        }

        report.AddRatio($"allocated bytes a message, {what}, both ends", Math.Round(allocated), 0, atMost: true, unit: "bytes");
    }

    private static string Text(int size) => size < 1024 ? $"{size} B" : $"{size / 1024} KiB";
}
