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
        int[] shown = Fit(width);
        Table table = new() { Border = TableBorder.None, ShowHeaders = _columns.Any(column => column.Title.Length > 0) };
        foreach (int index in shown)
        {
            table.AddColumn(new Spectre.Console.TableColumn(new Text(_columns[index].Title, look.Title))
            {
                Alignment = _columns[index].Right ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, index == shown[^1] ? 0 : Gap, 0),
            });
        }

        foreach (Cell[] row in _rows)
            table.AddRow(shown.Select(index => new Text(row[index].Text, row[index].Style) { Overflow = Overflow.Ellipsis }));
        return table;
    }

    private int[] Fit(int width)
    {
        int[] widths = [.. _columns.Select((column, index) => Math.Max(column.Title.Length, _rows.Select(row => row[index].Text.Length).DefaultIfEmpty().Max()))];
        SortedSet<int> shown = [.. Enumerable.Range(0, _columns.Length).Where(index => _columns[index].Rank == 0)];
        int used = shown.Sum(index => widths[index] + Gap) - Gap;
        foreach (int index in Enumerable.Range(0, _columns.Length).Where(index => _columns[index].Rank > 0).OrderBy(index => _columns[index].Rank))
        {
            if (used + Gap + widths[index] > width)
                continue;
            shown.Add(index);
            used += Gap + widths[index];
        }

        return [.. shown];
    }
}
