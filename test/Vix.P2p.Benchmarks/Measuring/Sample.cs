namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>One turn of one contender.</summary>
/// <param name="PerSecond">Operations a second.</param>
/// <param name="Processor">Microseconds that one operation takes of all cores together; other work of the machine changes it little.</param>
/// <param name="Allocated">Managed bytes that one operation allocates, on all threads.</param>
internal readonly record struct Sample(double PerSecond, double Processor, double Allocated)
{
    /// <summary>The turn in the middle, by operations a second.</summary>
    public static Sample Median(IEnumerable<Sample> samples)
    {
        Sample[] sorted = [.. samples.OrderBy(sample => sample.PerSecond)];
        return sorted[sorted.Length / 2];
    }
}
