using System.Globalization;

namespace Vix.P2p.Benchmarks.Heartbeats;

/// <summary>What a node with idle peers does.</summary>
/// <param name="Share">Of one core, from 0 to 1, while nothing but heartbeats went over its connections.</param>
/// <param name="Bytes">Bytes in and out a second and peer meanwhile: proof that the heartbeats went.</param>
/// <param name="Resident">Bytes of the process.</param>
/// <param name="Status">Median milliseconds of GET status.</param>
/// <param name="Peers">Median milliseconds of GET peers, as many rows as an answer may have.</param>
/// <param name="PeersBytes">The answer's length.</param>
internal readonly record struct BeatResult(double Share, double Bytes, double Resident, double Status, double Peers, double PeersBytes)
{
    public static BeatResult Parse(string text)
    {
        double[] values = [.. text.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return new BeatResult(values[0], values[1], values[2], values[3], values[4], values[5]);
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Share} {Bytes} {Resident} {Status} {Peers} {PeersBytes}");
}
