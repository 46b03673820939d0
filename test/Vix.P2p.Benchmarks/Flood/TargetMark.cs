using System.Globalization;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>What a <see cref="FloodTarget"/> has counted so far.</summary>
/// <param name="Processor">Of its process.</param>
/// <param name="Resident">Memory of its process in MiB.</param>
/// <param name="Started">Handshakes begun, or connections accepted and closed.</param>
/// <param name="Failed">Of these, those that came to nothing.</param>
/// <param name="Refused">Newcomers that a limit an address kept out.</param>
internal readonly record struct TargetMark(TimeSpan Processor, double Resident, long Started, long Failed, long Refused)
{
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Processor.Ticks} {Resident} {Started} {Failed} {Refused}");

    public static TargetMark Parse(string text)
    {
        double[] figures = [.. text.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new TargetMark(TimeSpan.FromTicks((long)figures[0]), figures[1], (long)figures[2], (long)figures[3], (long)figures[4]);
    }
}
