using Spectre.Console.Rendering;

namespace Vix.P2p.Cli.Output;

/// <summary>Names with their values, one a line.</summary>
internal sealed class Facts
{
    private readonly Look _look;
    private readonly TextTable _table = new(new TableColumn(""), new TableColumn(""));

    public Facts(Look look) => _look = look;

    public void Add(string name, Cell value) => _table.Add(new Cell(name, _look.Label), value);

    /// <summary>Adds what is there, and nothing where nothing is.</summary>
    public void AddIfAny(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Add(name, value);
    }

    public IRenderable Build(int width) => _table.Build(width, _look);
}
