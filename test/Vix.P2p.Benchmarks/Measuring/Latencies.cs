using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>How long operations took, by turns. One thread at a time adds to it; beyond its room nothing is kept.</summary>
internal sealed class Latencies(int room = 1 << 19)
{
    /// <summary>Of each turn these are kept.</summary>
    public static readonly double[] Percentiles = [1, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9];

    private readonly long[] _ticks = new long[room];
    private readonly List<double[]> _turns = [];
    private int _count;

    public void Add(long ticks)
    {
        if (_count < _ticks.Length)
            _ticks[_count++] = ticks;
    }

    /// <summary>Takes what another one has of the turn under way.</summary>
    public void Take(Latencies other)
    {
        int taken = Math.Min(other._count, _ticks.Length - _count);
        other._ticks.AsSpan(0, taken).CopyTo(_ticks.AsSpan(_count));
        _count += taken;
        other._count = 0;
    }

    public void EndTurn()
    {
        if (_count == 0)
            throw new InvalidOperationException("A turn without any operation.");
        Array.Sort(_ticks, 0, _count);
        _turns.Add([.. Percentiles.Select(percent => _ticks[(int)Math.Min(_count - 1, _count * percent / 100)] * 1e6 / Stopwatch.Frequency)]);
        _count = 0;
    }

    /// <summary>Forgets the turns there were: they were the warm-up.</summary>
    public void Forget() => _turns.Clear();

    /// <summary>One of the percentiles of each turn, and of these the one in the middle; in µs.</summary>
    public double Percentile(double percent)
    {
        int index = Array.IndexOf(Percentiles, percent);
        double[] values = [.. _turns.Select(turn => turn[index]).Order()];
        return values[values.Length / 2];
    }
}
