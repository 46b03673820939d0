using Vix.P2p.Benchmarks.Links;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Streams;

/// <summary>Much over one stream, and many streams at once.</summary>
internal sealed class StreamBench(BenchOptions options, Report report, Figures figures)
{
    private const int Many = 64;
    private const string Node = "Vix.P2p";
    private const string Tls = "SslStream";
    private const string Plain = "raw sockets";

    public async Task RunAsync()
    {
        await RunBulkAsync();
        await RunManyAsync();
    }

    private async Task RunBulkAsync()
    {
        long bytes = options.Quick ? 16 << 20 : 1 << 30;
        Report.WriteTitle(
            $"{bytes >> 20} MiB over one stream",
            "CopyToAsync from memory, read by 64 KiB on the other side; each turn moves all of it, and the warm-up compares each",
            "byte. SslStream: TLS 1.3, both certificates. Nothing raised.");
        await using NodeStreams nodes = await NodeStreams.StartAsync();
        Pattern pattern = new();
        (string Name, BulkFlow Flow)[] flows =
        [
            (Node, new BulkFlow(pattern, await nodes.OpenAsync())),
            (Tls, new BulkFlow(pattern, await StreamLink.TlsAsync())),
            (Plain, new BulkFlow(pattern, await StreamLink.PlainAsync())),
        ];
        BenchOptions rounds = options with { Rounds = Math.Min(options.Rounds, 5) };
        Sample[] samples = await Rounds.RunAsync(rounds, [.. flows.Select(flow => new Runner(flow.Name, _ => flow.Flow.RunAsync(bytes)))]);
        foreach ((_, BulkFlow flow) in flows)
            await flow.DisposeAsync();
        Report.WriteTable(["", "MB/s", "processor ns a KiB"], [.. flows.Zip(samples, (flow, sample) => (string[])[flow.Name, Report.Number(sample.PerSecond / 1e6), Report.Number(sample.Processor * 1000 * 1024)])]);
        report.AddRatio("one stream, MB/s against SslStream", samples[0].PerSecond / samples[1].PerSecond, goal: null);
        report.AddRatio("one stream, MB/s against raw sockets", samples[0].PerSecond / samples[2].PerSecond, goal: null);
    }

    private async Task RunManyAsync()
    {
        Report.WriteTitle(
            $"{Many} streams at once",
            $"All written and read as fast as they go, for as long as a turn takes. Vix.P2p: {Many} streams of one connection.",
            $"SslStream: {Many} connections. Fairness by what each stream brought: the least over the most, and Jain's index (1 is",
            "the same for all). Nothing raised.");
        await using NodeStreams nodes = await NodeStreams.StartAsync();
        List<StreamLink> ours = [];
        List<StreamLink> theirs = [];
        for (int i = 0; i < Many; i++)
        {
            ours.Add(await nodes.OpenAsync());
            theirs.Add(await StreamLink.TlsAsync());
        }

        List<long[]>[] turns = [[], []];
        BusyStreams[] busy = [new BusyStreams(ours), new BusyStreams(theirs)];
        for (int round = 0; round < (options.Quick ? 1 : 3); round++)
        {
            for (int i = 0; i < busy.Length; i++)
                turns[i].Add(await busy[i].RunAsync(options.RoundTime / 4, options.RoundTime));
        }

        long[][] medians = [.. turns.Select(turn => turn.OrderBy(brought => brought.Sum()).ElementAt(turn.Count / 2))];
        Report.WriteTable(["", "MB/s together", "least / most", "Jain's index"], [Row(Node, medians[0]), Row(Tls, medians[1])]);
        report.AddRatio($"{Many} streams, MB/s together against {Many} SslStream connections", (double)medians[0].Sum() / medians[1].Sum(), goal: null);
        report.AddRatio($"{Many} streams, Jain's index of fairness", Jain(medians[0]), goal: null, unit: "");
        foreach ((string name, long[] brought) in ((string[])[Node, Tls]).Zip(medians))
        {
            foreach ((int place, long bytes) in brought.Order().Index())
                figures.Add("fairness", name, place + 1, bytes / 1e6 / options.RoundTime.TotalSeconds);
        }

        foreach (StreamLink link in ours.Concat(theirs))
            await link.DisposeAsync();
    }

    private string[] Row(string name, long[] brought) =>
        [name, Report.Number(brought.Sum() / 1e6 / options.RoundTime.TotalSeconds), Report.Number((double)brought.Min() / brought.Max()), Jain(brought).ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)];

    private static double Jain(long[] brought)
    {
        double sum = brought.Sum();
        double squares = brought.Sum(bytes => (double)bytes * bytes);
        return sum * sum / (brought.Length * squares);
    }
}
