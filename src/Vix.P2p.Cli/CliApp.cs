using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Vix.P2p.Cli.Commands;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli;

/// <summary>The whole program, without the process around it.</summary>
internal static class CliApp
{
    /// <summary>The name by which it is called.</summary>
    public const string Name = "vix-p2p";

    /// <summary>All commands.</summary>
    public static Command CreateRoot(CliContext context)
    {
        Command root = new(Name, "Runs a peer-to-peer node, shows what it is connected to and why not, and steers it.");
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.Subcommands.Add(RunCommand.Create(context));
        root.Subcommands.Add(StatusCommand.Create(context));
        root.Subcommands.Add(PeersCommand.Create(context));
        root.Subcommands.Add(PeerCommand.Create(context));
        root.Subcommands.Add(ConnectCommand.Create(context));
        root.Subcommands.Add(DisconnectCommand.Create(context));
        root.Subcommands.Add(BanCommand.Create(context));
        root.Subcommands.Add(UnbanCommand.Create(context));
        root.Subcommands.Add(BansCommand.Create(context));
        root.Subcommands.Add(PersistentCommand.Create(context));
        root.Subcommands.Add(AttemptsCommand.Create(context));
        root.Subcommands.Add(EventsCommand.Create(context));
        root.Subcommands.Add(LogsCommand.Create(context));
        root.Subcommands.Add(TopCommand.Create(context));
        root.Subcommands.Add(PingCommand.Create(context));
        root.Subcommands.Add(IdCommand.Create(context));
        root.Subcommands.Add(KeyCommand.Create(context));
        root.Subcommands.Add(CompletionCommand.Create(context));
        root.Subcommands.Add(CompleteCommand.Create(context, root));
        return root;
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliContext context, CancellationToken stop)
    {
        try
        {
            // A value that begins with @ is a value and no file.
            ParseResult parse = CreateRoot(context).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parse.Action is ParseErrorAction)
                return TellUsage(parse, context);
            InvocationConfiguration configuration = new()
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parse.InvokeAsync(configuration, stop).ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (CliException e)
        {
            Tell(context, e.Message, e.Hint);
            return e.Code;
        }
    }

    private static int TellUsage(ParseResult parse, CliContext context)
    {
        if (parse.Tokens.Count == 0)
        {
            CreateRoot(context).Parse(["--help"]).Invoke(new InvocationConfiguration { Output = context.Error });
            return ExitCode.Usage;
        }

        // That no command was given says nothing beside a word that is none.
        string[] messages = [.. parse.Errors.Select(error => error.Message).Distinct()];
        foreach (string message in messages.Where(message => messages.Length == 1 || message != NoCommand(context)))
            Tell(context, message, hint: null);
        foreach (string word in parse.UnmatchedTokens.Where(_ => parse.CommandResult.Command.Subcommands.Count > 0))
            Suggest(parse.CommandResult.Command, word, context);
        string command = string.Join(' ', Path(parse.CommandResult));
        context.Note($"'{command} --help' tells more.");
        return ExitCode.Usage;
    }

    private static string NoCommand(CliContext context) => CreateRoot(context).Parse([]).Errors[0].Message;

    // Each letter left out, added, changed or swapped counts one.
    private static void Suggest(Command group, string word, CliContext context)
    {
        const int Far = 3;
        (string? name, int distance) = group.Subcommands.Where(command => !command.Hidden)
            .Select(command => (command.Name, Spelling.Distance(word, command.Name)))
            .MinBy(candidate => candidate.Item2);
        if (distance < Far && distance < word.Length)
            context.Note($"Did you mean '{name}'?");
    }

    private static void Tell(CliContext context, string message, string? hint)
    {
        context.Notes.WriteLine(new Spectre.Console.Paragraph().Append("error: ", context.Notes.Look.Bad).Append(message));
        if (hint is not null)
            context.Note(hint);
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.SymbolResult result) =>
        [.. result.Parent is { } parent ? Path(parent) : [], .. result is System.CommandLine.Parsing.CommandResult command ? (string[])[command.Command.Name] : []];
}
