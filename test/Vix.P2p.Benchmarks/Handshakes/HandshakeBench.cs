using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>Secured connections a second, against SslStream in the same run.</summary>
internal sealed class HandshakeBench(BenchOptions options, Report report)
{
    private const int AtOnce = 16;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            "Secured connections a second",
            "One unit, both ends in this process over loopback: TCP connect, handshake with both sides authenticated, the",
            "listening side's word that it is ready received by the dialling side, close told by both sides and read by both.",
            "Vix.P2p: one listening node, dialled by nodes with identities of their own through ConnectAsync and DisconnectAsync.",
            "SslStream: TLS 1.3, P-256 certificates on both sides pinned by their bytes, no resumption, one byte as the word.",
            $"Raised: HandshakeConcurrency of the listening node to the number of cores, {Environment.ProcessorCount}.");
        await using NodeConnections nodes = await NodeConnections.StartAsync(AtOnce);
        await using TlsConnections tls = new();
        var node = new Contender("Vix.P2p", nodes.RunOnceAsync);
        var rival = new Contender("SslStream", tls.RunOnceAsync);
        List<string[]> rows = [];
        foreach (int workers in (int[])[1, AtOnce])
        {
            string how = workers == 1 ? "one after the other" : $"{workers} at once";
            Sample[] samples = await Rounds.RunAsync(options, workers, node, rival);
            rows.Add(Row(how, node, samples[0]));
            rows.Add(Row(how, rival, samples[1]));
            report.AddRatio($"secured connections a second, {how}, against SslStream", samples[0].PerSecond / samples[1].PerSecond, workers == 1 ? 2 : 1.4);
        }

        nodes.Check();
        Report.WriteTable(["", "", "connections/s", "processor ms each", "allocated KiB each"], rows);
        await new HandshakeLayers(options).RunAsync();
    }

    private static string[] Row(string how, Contender contender, Sample sample) =>
        [how, contender.Name, Report.Number(sample.PerSecond), Report.Number(sample.Processor / 1000), Report.Number(sample.Allocated / 1024)];
}
