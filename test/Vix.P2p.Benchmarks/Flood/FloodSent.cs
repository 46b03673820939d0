using System.Globalization;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>What a flood came to.</summary>
/// <param name="Hellos">Sent a second.</param>
/// <param name="Refused">Connections a second that were closed before the Hello, or that the listener had no room for.</param>
/// <param name="Cores">What the flooder itself took.</param>
internal readonly record struct FloodSent(double Hellos, double Refused, double Cores)
{
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Hellos} {Refused} {Cores}");

    public static FloodSent Parse(string text)
    {
        double[] figures = [.. text.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new FloodSent(figures[0], figures[1], figures[2]);
    }
}
