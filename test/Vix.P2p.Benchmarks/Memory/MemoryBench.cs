using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>What an idle connection end holds, against SslStream.</summary>
internal sealed class MemoryBench(BenchOptions options, Report report)
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
        IdleResult node = await IdleProcess.MeasureAsync(IdleKind.Node, options);
        IdleResult tls = await IdleProcess.MeasureAsync(IdleKind.Tls, options);
        Report.WriteTable(
            ["", "managed KiB an end", "resident KiB an end", "process MiB"],
            [Row("Vix.P2p", node), Row("SslStream", tls)]);
        report.AddRatio("idle memory a connection end, resident", node.Resident / Kibibyte, 8, atMost: true, "KiB");
        report.AddRatio("idle memory a connection end, resident, against SslStream", node.Resident / tls.Resident, goal: null);
        if (options.Ends >= 10_000)
            report.AddRatio($"a process with {options.Ends} idle ends", node.Process / Mebibyte, 130, atMost: true, "MiB");
    }

    private static string[] Row(string name, IdleResult result) =>
        [name, Report.Number(result.Managed / Kibibyte), Report.Number(result.Resident / Kibibyte), Report.Number(result.Process / Mebibyte)];
}
