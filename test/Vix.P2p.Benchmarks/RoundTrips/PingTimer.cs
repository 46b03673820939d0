using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>Runs one kind of round trip again and again and keeps how long each took.</summary>
internal sealed class PingTimer(string name, Func<ValueTask> ping)
{
    private bool _warm;

    public string Name => name;

    public Latencies Latencies { get; } = new();

    public async Task<long> RunAsync(TimeSpan time)
    {
        long before = Stopwatch.GetTimestamp();
        long end = before + (long)(time.TotalSeconds * Stopwatch.Frequency);
        long count = 0;
        do
        {
            await ping();
            long now = Stopwatch.GetTimestamp();
            Latencies.Add(now - before);
            before = now;
            count++;
        }
        while (before < end);
        Latencies.EndTurn();
        if (!_warm)
            Latencies.Forget();
        _warm = true;
        return count;
    }
}
