using System.Diagnostics;
using Vix.P2p.Benchmarks.Control;
using Vix.P2p.Benchmarks.Memory;

namespace Vix.P2p.Benchmarks.Heartbeats;

/// <summary>The process that is measured: a listening node whose peers are silent and elsewhere.</summary>
internal static class BeatHub
{
    private const int Requests = 20;

    public static async Task<int> RunAsync(int ends, bool quick)
    {
        await using NodeHub hub = new();
        await using IdleEnds connections = new(hub, IdleKind.Node, await hub.StartAsync(), settle: !quick);
        await connections.OpenAsync(ends);
        double resident = MemoryUse.Now().Resident;
        (double share, double bytes) = await BeatAsync(hub, quick ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(20));
        await using ControlHost host = await ControlHost.StartAsync(hub.Node);
        (double status, _) = await GetAsync(host, ControlHost.Status);
        (double peers, int length) = await GetAsync(host, $"{ControlHost.Peers}?limit={PeerQuery.MaxLimit}");
        Console.WriteLine(new BeatResult(share, bytes / ends, resident, status, peers, length).ToText());
        return 0;
    }

    private static async Task<(double Share, double Bytes)> BeatAsync(NodeHub hub, TimeSpan time)
    {
        long bytes = Bytes(hub.Node);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(time);
        TimeSpan taken = Environment.CpuUsage.TotalTime - processor;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (taken.TotalSeconds / seconds, (Bytes(hub.Node) - bytes) / seconds);
    }

    private static long Bytes(P2pNode node)
    {
        NodeStatus status = node.GetStatus();
        return status.BytesIn + status.BytesOut;
    }

    private static async Task<(double Milliseconds, int Bytes)> GetAsync(ControlHost host, string path)
    {
        using HttpLoad load = await HttpLoad.ConnectAsync(host.Port, ControlHost.Node + path, clients: 1);
        List<double> times = [];
        for (int i = 0; i < 2 * Requests; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await load.GetAsync(0);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        // The first half was the warm-up.
        double[] sorted = [.. times.Skip(Requests).Order()];
        return (sorted[Requests / 2], load.ResponseBytes);
    }
}
