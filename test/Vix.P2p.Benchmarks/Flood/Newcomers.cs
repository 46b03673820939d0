using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>Honest newcomers during a flood, each a node with a key of its own that dials once and leaves.</summary>
internal sealed class Newcomers(int port, string? networkKey)
{
    // From one address, whose limit is one a second.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly List<double> _milliseconds = [];

    public int Tried { get; private set; }

    public int In => _milliseconds.Count;

    /// <summary>What it took the one in the middle of those that got in.</summary>
    public double Median => In == 0 ? double.NaN : _milliseconds.Order().ElementAt(In / 2);

    public async Task RunAsync(CancellationToken until)
    {
        using PeriodicTimer timer = new(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
                await TryAsync();
        }
        catch (OperationCanceledException)
        {
            // The flood is over.
        }
    }

    private async Task TryAsync()
    {
        await using var node = P2pNode.Create(new P2pNodeOptions { NodeId = "newcomer", NetworkKey = networkKey });
        await node.StartAsync();
        Tried++;
        long start = Stopwatch.GetTimestamp();
        try
        {
            await node.ConnectAsync(PeerEndpoint.Create("127.0.0.1", port));
            _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (P2pConnectException)
        {
            // Kept out; it counts as tried.
        }
    }
}
