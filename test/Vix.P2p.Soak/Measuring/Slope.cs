namespace Vix.P2p.Soak.Measuring;

/// <summary>
/// The least-squares slope of samples and its standard error, which is widened where neighbours are alike: samples that
/// follow each other say less than as many that do not.
/// </summary>
internal sealed record Slope(double PerHour, double Error)
{
    private const int Fewest = 8;

    /// <summary>Null where there are too few samples to say anything.</summary>
    public static Slope? Of(IReadOnlyList<(double X, double Y)> samples)
    {
        int n = samples.Count;
        if (n < Fewest)
            return null;
        double x = samples.Average(sample => sample.X);
        double y = samples.Average(sample => sample.Y);
        double xx = samples.Sum(sample => (sample.X - x) * (sample.X - x));
        double slope = samples.Sum(sample => (sample.X - x) * (sample.Y - y)) / xx;
        double[] rest = [.. samples.Select(sample => sample.Y - y - (slope * (sample.X - x)))];
        double squares = rest.Sum(r => r * r);
        if (squares == 0)
            return new Slope(slope, 0);
        double alike = Math.Clamp(rest.Zip(rest.Skip(1), (a, b) => a * b).Sum() / squares, 0, 0.99);
        return new Slope(slope, Math.Sqrt(squares / (n - 2) / xx * (1 + alike) / (1 - alike)));
    }

    /// <summary>What it says about a bound: whether it grows by more, or not, or whether the samples cannot tell.</summary>
    public string Judge(double bound) =>
        PerHour > bound && PerHour - (2 * Error) > 0 ? "grows"
        : PerHour + (2 * Error) <= bound ? "does not grow"
        : "cannot be told";
}
