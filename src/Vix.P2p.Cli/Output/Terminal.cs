namespace Vix.P2p.Cli.Output;

/// <summary>What a writer leads to.</summary>
/// <param name="IsTerminal">Whether a person reads it, and not a program or a file.</param>
/// <param name="Ansi">Whether it understands escape sequences.</param>
/// <param name="Colour">Whether it shows colours; false too where the user wants none.</param>
internal sealed record Terminal(bool IsTerminal, bool Ansi, bool Colour)
{
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    /// <summary>A pipe or a file.</summary>
    public static Terminal None { get; } = new(IsTerminal: false, Ansi: false, Colour: false);

    /// <summary>Its width in cells, which changes with the window.</summary>
    public Func<int> Width { get; init; } = static () => UsualWidth;

    /// <summary>Its height in lines, which changes with the window.</summary>
    public Func<int> Height { get; init; } = static () => UsualHeight;

    /// <summary>The terminal of this process, or <see cref="None"/> where the stream is redirected.</summary>
    public static Terminal Of(bool redirected, bool ansi, Func<string, string?> variable)
    {
        if (redirected)
            return None;
        bool dumb = variable("TERM") == "dumb";
        // https://no-color.org: present and not empty.
        bool plain = variable("NO_COLOR") is { Length: > 0 };
        return new Terminal(IsTerminal: true, ansi && !dumb, ansi && !dumb && !plain)
        {
            Width = static () => Size(static () => Console.WindowWidth, UsualWidth),
            Height = static () => Size(static () => Console.WindowHeight, UsualHeight),
        };
    }

    private static int Size(Func<int> read, int usual)
    {
        try
        {
            return read() is > 0 and var size ? size : usual;
        }
        catch (IOException)
        {
            return usual; // a terminal that does not tell
        }
    }
}
