using Spectre.Console;

namespace Vix.P2p.Cli.Output;

/// <summary>One cell of a table.</summary>
/// <param name="Text">What it says, safe to show.</param>
/// <param name="Style">How; null for the usual way.</param>
internal readonly record struct Cell(string Text, Style? Style = null)
{
    /// <summary>The longest text of a cell, in characters.</summary>
    private const int MaxLength = 120;

    public static implicit operator Cell(string text) => new(text);

    /// <summary>A cell of what a server sent; "-" for nothing.</summary>
    public static Cell Of(string? untrusted, Style? style = null) =>
        string.IsNullOrEmpty(untrusted) ? new Cell("-", style) : new Cell(SafeText.Of(untrusted, MaxLength), style);
}
