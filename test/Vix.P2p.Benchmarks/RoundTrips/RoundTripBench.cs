using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>How long 32 bytes take there and back, against SslStream and raw sockets.</summary>
internal sealed class RoundTripBench(BenchOptions options, Report report, Figures figures)
{
    private readonly BenchOptions _options = options with { RoundTime = options.RoundTime * 0.35, WarmUp = options.WarmUp / 2 };

    public async Task RunAsync()
    {
        Report.WriteTitle(
            "Round trip, 32 bytes",
            "One after the other over loopback; each answer is compared with what was sent. RequestAsync with a handler that",
            "replies; a stream, SslStream (TLS 1.3, both certificates) and a raw socket whose other end writes back what it reads.",
            "Both ends in this process, and the answering end in a process of its own. The percentiles are those of the median turn.");
        List<string[]> rows = [];
        EchoHost host = await EchoHost.StartAsync();
        await using (host)
            rows.AddRange(await CompareAsync("one process", host.Ports));
        EchoProcess process = new();
        await using (process)
            rows.AddRange(await CompareAsync("two processes", await process.ReadPortsAsync()));
        Report.WriteTable(["", "", "median µs", "99 % µs", "round trips/s", "processor µs each, here"], rows);
    }

    private async Task<List<string[]>> CompareAsync(string place, EchoPorts ports)
    {
        await using EchoClient client = await EchoClient.ConnectAsync(ports);
        PingTimer[] pings =
        [
            new("RequestAsync", client.RequestAsync),
            new("RequestAsync, into a buffer", client.RequestIntoBufferAsync),
            new("stream", client.StreamAsync),
            new("SslStream", client.TlsAsync),
            new("raw sockets", client.PlainAsync),
        ];
        Sample[] samples = await Rounds.RunAsync(_options, [.. pings.Select(ping => new Runner(ping.Name, ping.RunAsync))]);
        PingTimer tls = pings[3];
        foreach (PingTimer ping in pings)
        {
            foreach (double percent in Latencies.Percentiles)
                figures.Add("roundtrip-" + place.Replace(' ', '-'), ping.Name, percent, ping.Latencies.Percentile(percent));
        }

        foreach (PingTimer ping in pings[..3])
            report.AddRatio($"round trip 32 B, {ping.Name}, {place}, median against SslStream", ping.Latencies.Percentile(50) / tls.Latencies.Percentile(50), 1.15, atMost: true);
        if (place == "one process")
            await AddAllocationsAsync(pings);
        return [.. pings.Zip(samples, (ping, sample) => (string[])
        [
            place,
            ping.Name,
            Report.Number(ping.Latencies.Percentile(50)),
            Report.Number(ping.Latencies.Percentile(99)),
            Report.Number(sample.PerSecond),
            Report.Number(sample.Processor),
        ])];
    }

    private async Task AddAllocationsAsync(PingTimer[] pings)
    {
        foreach (PingTimer ping in pings[..3])
        {
            double allocated = await Allocations.MeasureAsync(_options, ping.RunAsync);
            // The response is an array of the caller's own: 32 bytes and what every array has.
            double goal = ping.Name == "RequestAsync" ? 56 : 0;
            report.AddRatio($"allocated bytes a round trip, {ping.Name}, both ends", Math.Round(allocated), goal, atMost: true, unit: "bytes");
        }
    }
}
