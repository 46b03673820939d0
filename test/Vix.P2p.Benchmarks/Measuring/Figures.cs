using System.Globalization;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Keeps the points of the charts and writes a file a chart, from which build/charts.py draws it.</summary>
internal sealed class Figures(BenchOptions options)
{
    private readonly Dictionary<string, List<string>> _charts = [];

    // A quick run's figures mean nothing, so they do not take the place of others.
    private string Folder => Path.Combine("artifacts", options.Quick ? "bench-quick" : "bench");

    public void Add(string chart, string series, double x, double y)
    {
        if (!_charts.TryGetValue(chart, out List<string>? lines))
            _charts.Add(chart, lines = ["series,x,y"]);
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"\"{series}\",{x},{y}"));
    }

    public void Save()
    {
        Directory.CreateDirectory(Folder);
        foreach ((string chart, List<string> lines) in _charts)
            File.WriteAllLines(Path.Combine(Folder, chart + ".csv"), lines);
    }
}
