using System.Globalization;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>What idle connections hold, in bytes.</summary>
/// <param name="Managed">Of the managed heap, an end.</param>
/// <param name="Resident">Of the process, an end.</param>
/// <param name="Process">Of the process as a whole.</param>
internal readonly record struct IdleResult(double Managed, double Resident, double Process)
{
    public static IdleResult Between(MemoryUse before, MemoryUse after, int ends) =>
        new((double)(after.Managed - before.Managed) / ends, (double)(after.Resident - before.Resident) / ends, after.Resident);

    public static IdleResult Parse(string text)
    {
        double[] values = [.. text.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return new IdleResult(values[0], values[1], values[2]);
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Managed} {Resident} {Process}");
}
