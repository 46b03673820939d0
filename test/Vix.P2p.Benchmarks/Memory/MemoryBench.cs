using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>What an idle connection end holds, against SslStream.</summary>
internal sealed class MemoryBench(BenchOptions options, Report report, Figures figures)
{
    private const double Kibibyte = 1024;
    private const double Mebibyte = 1024 * 1024;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            $"Idle memory, {options.Ends} connections",
            "A process holds one end of each, another one the others. An end is the growth since the first connections (half of",
            "them, at most 1000). Managed: the heap after full collections. Resident: the whole process, the system's TLS and",
            "cipher contexts included. Vix.P2p: a listening node with its peer table, logs off, heartbeats at the default",
            "interval, measured after the first of them. SslStream: server ends, each with a pending read into 4 KiB of its",
            "own. Raised: HandshakeConcurrency, MaxPeers, PendingHandshakes and HandshakeBytesTotal.");
        IdleResult[] node = await IdleProcess.MeasureAsync(IdleKind.Node, options);
        IdleResult[] tls = await IdleProcess.MeasureAsync(IdleKind.Tls, options);
        Report.WriteTable(
            ["", "managed KiB an end", "resident KiB an end", "process MiB"],
            [Row("Vix.P2p", node), Row("SslStream", tls)]);
        report.AddRatio("idle memory a connection end, resident", Resident(node) / Kibibyte, 8, atMost: true, "KiB");
        report.AddRatio("idle memory a connection end, resident, against SslStream", Resident(node) / Resident(tls), goal: null);
        if (options.Ends >= 10_000)
            report.AddRatio($"a process with {options.Ends} idle ends", node[^1].Use.Resident / Mebibyte, 130, atMost: true, "MiB");
    }

    private string[] Row(string name, IdleResult[] steps)
    {
        foreach (IdleResult step in steps)
            figures.Add("memory", name, step.Ends, step.Use.Resident / Mebibyte);
        double managed = (double)(steps[^1].Use.Managed - steps[0].Use.Managed) / (steps[^1].Ends - steps[0].Ends);
        return [name, Report.Number(managed / Kibibyte), Report.Number(Resident(steps) / Kibibyte), Report.Number(steps[^1].Use.Resident / Mebibyte)];
    }

    private static double Resident(IdleResult[] steps) =>
        (double)(steps[^1].Use.Resident - steps[0].Use.Resident) / (steps[^1].Ends - steps[0].Ends);
}
