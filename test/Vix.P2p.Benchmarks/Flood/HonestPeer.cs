using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>A peer that was connected before the flood, and goes on with what it does.</summary>
internal sealed class HonestPeer : IAsyncDisposable
{
    private const int MessageBytes = 1024;
    private const int RequestBytes = 32;

    private readonly P2pNode _node;
    private PeerId _target;

    public HonestPeer(string? networkKey) => _node = P2pNode.Create(new P2pNodeOptions { NodeId = "honest", NetworkKey = networkKey });

    public async Task ConnectAsync(int port)
    {
        await _node.StartAsync();
        _target = (await _node.ConnectAsync(PeerEndpoint.Create("127.0.0.1", port))).Id!.Value;
    }

    /// <summary>Messages a second as fast as they are taken: an answered request behind them shows that they were.</summary>
    public async Task<double> SendAsync(TimeSpan time)
    {
        byte[] message = new byte[MessageBytes];
        long count = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            for (int i = 0; i < 64; i++)
                await _node.SendAsync(_target, FloodTarget.Protocol, message);
            count += 64;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        await _node.RequestAsync(_target, FloodTarget.Protocol, message);
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Requests a second, one after the other, with their median and their 99th percentile in µs.</summary>
    public async Task<(double PerSecond, double Median, double Slow)> AskAsync(TimeSpan time)
    {
        byte[] request = new byte[RequestBytes];
        Latencies latencies = new();
        long count = 0;
        long start = Stopwatch.GetTimestamp();
        long before = start;
        do
        {
            await _node.RequestAsync(_target, FloodTarget.Protocol, request);
            long now = Stopwatch.GetTimestamp();
            latencies.Add(now - before);
            before = now;
            count++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        latencies.EndTurn();
        return (count / Stopwatch.GetElapsedTime(start).TotalSeconds, latencies.Percentile(50), latencies.Percentile(99));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
