using Spectre.Console;
using Spectre.Console.Rendering;

namespace Vix.P2p.Cli.Output;

/// <summary>Rows under headings. Where the line is short, the columns that matter least are left out.</summary>
internal sealed class TextTable
{
    private const int Gap = 2;

    private readonly TableColumn[] _columns;
    private readonly List<Cell[]> _rows = [];

    public TextTable(params TableColumn[] columns) => _columns = columns;

    public int Count => _rows.Count;

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>Lays it out.</summary>
    /// <param name="width">The cells of a line.</param>
    /// <param name="look">How the headings look.</param>
    public IRenderable Build(int width, Look look)
    {
        SortedDictionary<int, int> shown = Fit(width);
        Table table = new() { Border = TableBorder.None, ShowHeaders = _columns.Any(column => column.Title.Length > 0) };
        int last = shown.Keys.Last();
        foreach (int index in shown.Keys)
        {
            table.AddColumn(new Spectre.Console.TableColumn(new Text(_columns[index].Title, look.Title))
            {
                Alignment = _columns[index].Right ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, index == last ? 0 : Gap, 0),
            });
        }

        foreach (Cell[] row in _rows)
            table.AddRow(shown.Select(column => new Text(Cut(row[column.Key].Text, column.Value), row[column.Key].Style)));
        return table;
    }

    // Which columns there are, and how wide.
    private SortedDictionary<int, int> Fit(int width)
    {
        int[] widths = [.. _columns.Select((column, index) => Math.Max(column.Title.Length, _rows.Select(row => row[index].Text.Length).DefaultIfEmpty().Max()))];
        SortedDictionary<int, int> shown = [];
        int left = width + Gap;
        foreach (int index in Enumerable.Range(0, _columns.Length).OrderBy(index => _columns[index].Rank))
        {
            TableColumn column = _columns[index];
            int needed = Math.Min(widths[index], column.MinWidth ?? widths[index]);
            if (column.Rank > 0 && needed + Gap > left)
                continue;
            shown.Add(index, needed);
            left -= needed + Gap;
        }

        // What is left over goes to those that were cut.
        foreach (int index in shown.Keys.ToArray())
        {
            int more = Math.Clamp(widths[index] - shown[index], 0, Math.Max(0, left));
            shown[index] += more;
            left -= more;
        }

        return shown;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : string.Concat(text.AsSpan(0, Math.Max(0, width - 1)), "…");
}
