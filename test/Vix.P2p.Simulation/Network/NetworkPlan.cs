using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Network;

/// <summary>How bad the network of a seed is.</summary>
internal sealed class NetworkPlan
{
    public NetworkPlan(SeededRandom random)
    {
        Latency = random.Between(TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(random.Chance(0.3) ? 200 : 20));
        Jitter = random.Chance(0.5) ? TimeSpan.Zero : random.Between(TimeSpan.Zero, Latency * 3);
        Spike = Rate(random, 0.02);
        Split = Rate(random, 0.5);
        DialRefused = Rate(random, 0.3);
        DialLost = Rate(random, 0.2);
        AcceptFails = Rate(random, 0.1);
        BadLink = Rate(random, 0.7);
        // Small windows make flushes wait, which is where a writer and whoever ends the connection meet.
        Window = random.Pick([600, 2_000, 16_384, 131_072, 131_072, 131_072]);
    }

    /// <summary>One way.</summary>
    public TimeSpan Latency { get; }

    /// <summary>What is added at most.</summary>
    public TimeSpan Jitter { get; }

    /// <summary>The chance that a piece takes seconds.</summary>
    public double Spike { get; }

    /// <summary>The chance that a piece comes in two.</summary>
    public double Split { get; }

    public double DialRefused { get; }

    public double DialLost { get; }

    public double AcceptFails { get; }

    /// <summary>The chance that something happens to a new connection by itself.</summary>
    public double BadLink { get; }

    /// <summary>What a sender may have under way before its flushes wait.</summary>
    public int Window { get; }

    private static double Rate(SeededRandom random, double most) => random.Chance(0.5) ? 0 : random.Unit() * most;
}
