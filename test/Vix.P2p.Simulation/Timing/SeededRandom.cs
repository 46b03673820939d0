namespace Vix.P2p.Simulation.Timing;

/// <summary>Numbers that follow from a seed alone (SplitMix64), the same on every system and version.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A generator of its own, so that what one part of the world draws shifts nothing in another.</summary>
    public SeededRandom Fork() => new(Next());

    /// <summary>Evenly from 0 to 1, 1 excluded.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Evenly from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public int Between(int from, int to) => from + (int)(Next() % (ulong)(to - from + 1));

    public TimeSpan Between(TimeSpan from, TimeSpan to) => from + TimeSpan.FromTicks((long)((to - from).Ticks * Unit()));

    public T Pick<T>(IReadOnlyList<T> from) => from[Between(0, from.Count - 1)];
}
