using System.Globalization;

namespace Vix.P2p.Soak.Measuring;

/// <summary>
/// Writes down what the gauges say, one row a sample. Nothing is kept in memory, which would be growth of the
/// measuring's own making.
/// </summary>
internal sealed class Samples(string file, IReadOnlyList<Gauge> gauges)
{
    public void Begin() => File.WriteAllText(file, "seconds," + string.Join(',', gauges.Select(gauge => gauge.Name)) + "\n");

    public void Take(TimeSpan at)
    {
        IEnumerable<string> values = gauges.Select(gauge => gauge.Read()?.ToString("0.###", CultureInfo.InvariantCulture) ?? "");
        File.AppendAllText(file, at.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "," + string.Join(',', values) + "\n");
    }

    /// <summary>The samples of one gauge, in hours.</summary>
    public IReadOnlyList<(double Hours, double Value)> Of(string name)
    {
        int column = 1 + gauges.Select(gauge => gauge.Name).ToList().IndexOf(name);
        return
        [
            .. from line in File.ReadLines(file).Skip(1)
               let cells = line.Split(',')
               where cells[column].Length > 0
               select (double.Parse(cells[0], CultureInfo.InvariantCulture) / 3600, double.Parse(cells[column], CultureInfo.InvariantCulture)),
        ];
    }
}
