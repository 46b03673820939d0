using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli;

/// <summary>What a command is given of the world; tests give it another one.</summary>
internal sealed class CliContext
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where errors, notes and progress go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What stands behind <see cref="Out"/>.</summary>
    public Terminal OutTerminal { get; init; } = Terminal.None;

    /// <summary>What stands behind <see cref="Error"/>.</summary>
    public Terminal ErrorTerminal { get; init; } = Terminal.None;

    /// <summary>The environment variable of a name; null where there is none.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How a server at an address is reached.</summary>
    public Func<Uri, HttpMessageHandler>? Handler { get; init; }

    /// <summary>The next key that is pressed; null where the input is no terminal.</summary>
    public Func<CancellationToken, Task<ConsoleKeyInfo>>? ReadKey { get; init; }

    /// <summary>Results, as far as they are not written as they come.</summary>
    public Printer Results => field ??= new Printer(Out, OutTerminal);

    /// <summary>Progress.</summary>
    public Printer Notes => field ??= new Printer(Error, ErrorTerminal);

    /// <summary>Tells the user something that is no result. Nothing that a server sent may be in it as it came.</summary>
    public void Note(string text) => Error.WriteLine(text);
}
