using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Memory;

namespace Vix.P2p.Benchmarks.Heartbeats;

/// <summary>What thousands of idle peers take of a processor, and the control plane with them.</summary>
internal sealed class HeartbeatBench(BenchOptions options, Report report)
{
    private const int Few = 1000;
    private const double Mebibyte = 1024 * 1024;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            "Idle peers",
            "A process with a listening node, another one with the other ends, which answer pings and send none: the node does all",
            "the pinging, at the default interval. The share is of one core over 20 s, with nothing but heartbeats; the bytes a",
            "peer and second show that they went. GET by one keep-alive connection in the node's process, up to 5,000 rows, median of 20.",
            "Raised: HandshakeConcurrency, MaxPeers, PendingHandshakes and HandshakeBytesTotal.");
        List<string[]> rows = [];
        foreach (int ends in (int[])[Math.Min(Few, options.Ends / 2), options.Ends])
        {
            BeatResult result = await IdleProcess.BeatAsync(ends, options);
            rows.Add(
            [
                ends.ToString("#,0", CultureInfo.InvariantCulture),
                Report.Number(100 * result.Share) + " %",
                Report.Number(result.Bytes),
                Report.Number(result.Resident / Mebibyte),
                Report.Number(result.Status),
                Report.Number(result.Peers),
                Report.Number(result.PeersBytes / Mebibyte),
            ]);
            report.AddRatio($"heartbeats of {ends} idle peers, share of one core", 100 * result.Share, ends >= 10_000 ? 5 : null, atMost: true, unit: "%");
        }

        Report.WriteTable(["peers", "of one core", "bytes/s a peer", "process MiB", "GET status ms", "GET peers ms", "its MiB"], rows);
    }
}
