using System.Text;
using Spectre.Console;

namespace Vix.P2p.Cli.Output;

/// <summary>A writer with the size of the terminal behind it, in the form in which it is laid out for.</summary>
internal sealed class TerminalOutput : IAnsiConsoleOutput
{
    private readonly Terminal _terminal;

    public TerminalOutput(TextWriter writer, Terminal terminal)
    {
        Writer = writer;
        _terminal = terminal;
    }

    public TextWriter Writer { get; }

    public bool IsTerminal => _terminal.IsTerminal;

    public int Width => _terminal.Width();

    public int Height => _terminal.Height();

    public void SetEncoding(Encoding encoding)
    {
        // The writer has its encoding already: UTF-8.
    }
}
