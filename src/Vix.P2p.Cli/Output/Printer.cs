using Spectre.Console;
using Spectre.Console.Rendering;

namespace Vix.P2p.Cli.Output;

/// <summary>Writes what is laid out: in the terminal's width and colours, or, into a pipe, in plain whole lines.</summary>
internal sealed class Printer
{
    // Wide enough that nothing is wrapped: lines are what programs read.
    private const int PipeWidth = 8_192;

    private readonly TextWriter _writer;
    private readonly Terminal _terminal;

    public Printer(TextWriter writer, Terminal terminal)
    {
        _writer = writer;
        _terminal = terminal;
        Look = terminal.Colour ? Look.Coloured : Look.Plain;
        Console = Create(new TerminalOutput(writer, terminal), terminal);
    }

    public bool IsTerminal => _terminal.IsTerminal;

    /// <summary>Whether lines can be written over, so that a screen lives.</summary>
    public bool IsLive => _terminal is { IsTerminal: true, Ansi: true };

    public Look Look { get; }

    /// <summary>The cells of a line.</summary>
    public int Width => IsTerminal ? _terminal.Width() : PipeWidth;

    public int Height => _terminal.Height();

    public IAnsiConsole Console { get; }

    /// <summary>Writes a line of plain, safe text.</summary>
    public void Line(string text) => _writer.WriteLine(text);

    public void Write(IRenderable content)
    {
        if (IsTerminal)
            Console.Write(content);
        else
            _writer.Write(Plain(content));
    }

    /// <summary>Writes what is one line; where it is longer than the terminal's, the terminal breaks it, and copies it whole.</summary>
    public void WriteLine(IRenderable line)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Create(new TerminalOutput(text, _terminal with { Width = static () => PipeWidth }), _terminal).Write(line);
        _writer.WriteLine(text.ToString().TrimEnd());
    }

    /// <summary>Draws a whole screen over what was there.</summary>
    public void Redraw(IRenderable content)
    {
        // Rendered first and written at once: otherwise the screen flickers.
        using StringWriter screen = new();
        IAnsiConsole console = Create(new TerminalOutput(screen, _terminal), _terminal);
        console.Write(content);
        IEnumerable<string> lines = screen.ToString().TrimEnd('\n').Split('\n').Take(Math.Max(1, Height - 1));
        _writer.Write($"\e[H{string.Concat(lines.Select(line => $"{line.TrimEnd('\r')}\e[K\n"))}\e[J");
    }

    /// <summary>Shows a screen of its own, as pagers do, and gives the old one back afterwards.</summary>
    public void EnterScreen() => _writer.Write("\e[?1049h\e[?25l\e[2J");

    public void LeaveScreen() => _writer.Write("\e[?25h\e[?1049l");

    private static string Plain(IRenderable content)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Create(new TerminalOutput(text, Terminal.None with { Width = static () => PipeWidth }), Terminal.None).Write(content);
        // Tables fill their last column up.
        string[] lines = text.ToString().Split('\n');
        return string.Join(Environment.NewLine, lines.Select(line => line.TrimEnd()));
    }

    private static IAnsiConsole Create(TerminalOutput output, Terminal terminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = terminal.Ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = output,
            // Otherwise it would look at variables of build servers and choose by itself.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Links = false;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
