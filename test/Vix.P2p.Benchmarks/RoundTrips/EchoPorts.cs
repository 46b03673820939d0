using System.Globalization;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>Where an <see cref="EchoHost"/> listens.</summary>
internal readonly record struct EchoPorts(int Node, int Tls, int Plain)
{
    public static EchoPorts Parse(string text)
    {
        int[] ports = [.. text.Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        return new EchoPorts(ports[0], ports[1], ports[2]);
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Node} {Tls} {Plain}");
}
