using System.Globalization;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>What a process holds with so many idle ends.</summary>
internal readonly record struct IdleResult(int Ends, MemoryUse Use)
{
    public static IdleResult Parse(string text)
    {
        long[] values = [.. text.Split(' ').Select(value => long.Parse(value, CultureInfo.InvariantCulture))];
        return new IdleResult((int)values[0], new MemoryUse(values[1], values[2]));
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Ends} {Use.Managed} {Use.Resident}");
}
