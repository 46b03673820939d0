using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>How long operations took, by turns. One thread at a time adds to it; beyond its room nothing is kept.</summary>
internal sealed class Latencies(int room = 1 << 19)
{
    private readonly long[] _ticks = new long[room];
    private readonly List<long[]> _turns = [];
    private int _count;

    /// <summary>Operations of the turn under way.</summary>
    public int Count => _count;

    public void Add(long ticks)
    {
        if (_count < _ticks.Length)
            _ticks[_count++] = ticks;
    }

    /// <summary>Takes another's turn to this one's.</summary>
    public void Take(Latencies other)
    {
        int taken = Math.Min(other._count, _ticks.Length - _count);
        other._ticks.AsSpan(0, taken).CopyTo(_ticks.AsSpan(_count));
        _count += taken;
        other._count = 0;
    }

    public void EndTurn()
    {
        long[] turn = _ticks.AsSpan(0, _count).ToArray();
        Array.Sort(turn);
        _turns.Add(turn);
        _count = 0;
    }

    /// <summary>Forgets the turns there were: they were the warm-up.</summary>
    public void Forget() => _turns.Clear();

    /// <summary>Of each turn the value that so many of a hundred operations were below, and of these the one in the middle; in µs.</summary>
    public double Percentile(double percent)
    {
        long[] values = [.. _turns.Where(turn => turn.Length > 0).Select(turn => turn[(int)Math.Min(turn.Length - 1, turn.Length * percent / 100)]).Order()];
        return values.Length == 0 ? double.NaN : values[values.Length / 2] * 1e6 / Stopwatch.Frequency;
    }
}
