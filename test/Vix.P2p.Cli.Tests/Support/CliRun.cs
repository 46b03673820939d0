using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Tests.Support;

/// <summary>One run of the program, in this process.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public CliRun()
    {
        Context = new CliContext { Out = Out, Error = Error, Variable = _ => null };
    }

    public SharedWriter Out { get; } = new();

    public SharedWriter Error { get; } = new();

    /// <summary>What the command is given; a test replaces it with <see cref="With"/>.</summary>
    public CliContext Context { get; private set; }

    /// <summary>The run, once it has been started.</summary>
    public Task<int> Running { get; private set; } = Task.FromResult(0);

    public static async Task<CliResult> RunAsync(CliRun run, params string[] arguments)
    {
        using (run)
            return await run.Start(arguments).EndAsync();
    }

    /// <summary>Another world for the command: each part that is not given stays.</summary>
    public CliRun With(
        Func<Uri, HttpMessageHandler>? handler = null,
        Terminal? output = null,
        Terminal? error = null,
        TimeProvider? time = null,
        Dictionary<string, string>? variables = null,
        Func<CancellationToken, Task<ConsoleKeyInfo>>? readKey = null,
        TextWriter? writer = null)
    {
        CliContext before = Context;
        Context = new CliContext
        {
            Out = writer ?? before.Out,
            Error = before.Error,
            OutTerminal = output ?? before.OutTerminal,
            ErrorTerminal = error ?? before.ErrorTerminal,
            Variable = variables is null ? before.Variable : name => variables.GetValueOrDefault(name),
            Time = time ?? before.Time,
            Handler = handler ?? before.Handler,
            ReadKey = readKey ?? before.ReadKey,
        };
        return this;
    }

    public CliRun Start(params string[] arguments)
    {
        Running = Task.Run(() => CliApp.RunAsync(arguments, Context, _stop.Token));
        return this;
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => _stop.Cancel();

    public async Task<CliResult> EndAsync()
    {
        int code = await Running.Soon();
        return new CliResult(code, Out.Text, Error.Text);
    }

    /// <summary>Waits until something was written to standard output.</summary>
    public Task OutputAsync(string text) => Waiting.UntilAsync(() => Out.Text.Contains(text, StringComparison.Ordinal) || Ended(), Describe);

    /// <summary>Waits until something was written to standard error.</summary>
    public Task NoteAsync(string text) => Waiting.UntilAsync(() => Error.Text.Contains(text, StringComparison.Ordinal) || Ended(), Describe);

    public void Dispose() => _stop.Dispose();

    private bool Ended() => Running.IsCompleted ? throw new InvalidOperationException("The command has ended. " + Describe()) : false;

    private string Describe() => $"Output: {Out.Text}\nError: {Error.Text}";
}
