using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Storm;

/// <summary>Two hundred nodes that keep connected to one hub, which is killed and started again at the same port.</summary>
internal sealed class StormBench(BenchOptions options, Report report)
{
    private const int Nodes = 200;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public async Task RunAsync()
    {
        int count = options.Quick ? 20 : Nodes;
        Report.WriteTitle(
            $"A hub of {count} killed and started again",
            "The hub is a process of its own, killed by SIGKILL; the nodes are one process, their hub is an entry of Peers. All options are at their defaults.");
        string folder = Directory.CreateTempSubdirectory("vix-storm").FullName;
        List<P2pNode> nodes = [];
        try
        {
            string identity = Path.Combine(folder, "hub.pem");
            StormProcess hub = new(identity, port: 0);
            (int port, string id) = await hub.ReadAsync();
            for (int i = 0; i < count; i++)
            {
                P2pNode node = P2pNode.Create(new P2pNodeOptions { NodeId = $"n{i}", Peers = [$"tcp://127.0.0.1:{port}#{id}"] });
                nodes.Add(node);
                await node.StartAsync();
            }

            await BackAsync(hub, count);
            List<string[]> rows = [];
            int[] outages = options.Quick ? [1] : [1, 10];
            foreach (int seconds in outages)
            {
                // After a failed dial the waits begin anew only where a link has lasted for a minute.
                if (seconds != outages[0])
                    await Task.Delay(61 * Second);
                hub.Dispose();
                await Task.Delay(seconds * Second);
                long start = Stopwatch.GetTimestamp();
                hub = new StormProcess(identity, port);
                await hub.ReadAsync();
                double up = Stopwatch.GetElapsedTime(start).TotalSeconds;
                start = Stopwatch.GetTimestamp();
                (long most, long all) = await BackAsync(hub, count);
                double back = Stopwatch.GetElapsedTime(start).TotalSeconds;
                rows.Add([$"{seconds} s", Report.Number(up), Report.Number(back), Report.Number(most), Report.Number(all)]);
                report.AddRatio($"hub of {count} down for {seconds} s: all are back after", back, 60, atMost: true, unit: "s");
            }

            Report.WriteTable(["killed, down for", "s to start", "s until all are back", "most accepts in a second", "accepts in all"], rows);
            hub.Dispose();
        }
        finally
        {
            foreach (P2pNode node in nodes)
                await node.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // Until all are connected; the most handshakes that any second has begun, and how many there were.
    private static async Task<(long Most, long All)> BackAsync(StormProcess hub, int count)
    {
        int window = (int)(Second / Look);
        List<long> started = [];
        long most = 0;
        while (true)
        {
            (int connected, long begun) = await hub.AskAsync();
            started.Add(begun);
            most = Math.Max(most, begun - (started.Count > window ? started[^(window + 1)] : 0));
            if (connected == count)
                return (most, begun);
            await Task.Delay(Look);
        }
    }
}
