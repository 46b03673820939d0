using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>Prints the tables as they come, and the ratios with their goals at the end.</summary>
internal sealed class Report(BenchOptions options)
{
    private readonly List<string[]> _ratios = [];

    public void WriteMachine()
    {
        string collector = GCSettings.IsServerGC ? "server" : "workstation";
        Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {collector} garbage collector");
        Console.WriteLine(options.Quick
            ? "A quick run: it shows that the benchmarks run, its figures mean nothing."
            : "Contenders take turns; the figures are of the median turn. Only ratios of one run count.");
    }

    public static void WriteTitle(string title, params string[] notes)
    {
        Console.WriteLine();
        Console.WriteLine("## " + title);
        Console.WriteLine();
        foreach (string note in notes)
            Console.WriteLine(note);
        if (notes.Length > 0)
            Console.WriteLine();
    }

    public static void WriteTable(string[] head, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. head.Select((cell, column) => rows.Select(row => row[column].Length).Append(cell.Length).Max())];
        WriteRow(head, widths);
        Console.WriteLine("|" + string.Concat(widths.Select(width => new string('-', width + 2) + "|")));
        foreach (string[] row in rows)
            WriteRow(row, widths);
    }

    /// <summary>Keeps a ratio for the end.</summary>
    /// <param name="figure">What is compared with what.</param>
    /// <param name="value">The figure here.</param>
    /// <param name="goal">The figure to reach; null where there is none.</param>
    /// <param name="atMost">Whether less is better.</param>
    /// <param name="unit">What the figures count.</param>
    public void AddRatio(string figure, double value, double? goal, bool atMost = false, string unit = "×")
    {
        string here = $"{Number(value)} {unit}";
        if (goal is not { } bound)
        {
            _ratios.Add([figure, here, "", ""]);
            return;
        }

        bool reached = atMost ? value <= bound : value >= bound;
        _ratios.Add([figure, here, $"{(atMost ? "at most" : "at least")} {Number(bound)} {unit}", reached ? "yes" : "no"]);
    }

    public void WriteRatios()
    {
        if (_ratios.Count == 0)
            return;
        WriteTitle("Ratios and goals");
        WriteTable(["figure", "here", "goal", "reached"], _ratios);
    }

    /// <summary>A figure with three digits that count.</summary>
    public static string Number(double value)
    {
        string format = Math.Abs(value) switch
        {
            >= 100 => "#,0",
            >= 10 => "0.0",
            _ => "0.00",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static void WriteRow(string[] cells, int[] widths) =>
        Console.WriteLine("|" + string.Concat(cells.Select((cell, column) => " " + cell.PadRight(widths[column]) + " |")));
}
