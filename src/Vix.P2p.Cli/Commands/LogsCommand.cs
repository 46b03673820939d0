using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p logs</summary>
internal static class LogsCommand
{
    private const int MaxLines = 1_000;

    public static ControlCommand Create(CliContext context)
    {
        Option<bool> follow = new("--follow", "-f") { Description = "Goes on with new lines until Ctrl-C. A lost connection is made again." };
        Option<int?> lines = new("--lines", "-n") { Description = $"How many of the last lines, 1 to {MaxLines}; all that are kept where nothing is said.", HelpName = "N" };
        Validation.Range(lines, 1, MaxLines);
        Option<string?> level = new("--level") { Description = "Only lines of this level or above." };
        level.AcceptOnlyFromAmong("Information", "Warning", "Error", "Critical");
        ControlCommand command = new("logs", "Shows the last lines of the node's log.") { follow, lines, level };
        return command.Does(context, async (call, token) =>
        {
            P2pLogsQuery query = new() { Lines = call.Parse.GetValue(lines), Level = call.Parse.GetValue(level) };
            if (call.Parse.GetValue(follow))
            {
                await new LogFollower(call).RunAsync(query, token).ConfigureAwait(false);
                return ExitCode.Ok;
            }

            IReadOnlyList<P2pLogLine> kept = await call.AskAsync(stop => call.Client.GetLogsAsync(query, stop), token).ConfigureAwait(false);
            // An empty body is no line.
            if (kept.Count == 0 || call.ShowBody())
                return ExitCode.Ok;
            foreach (P2pLogLine line in kept)
                call.Results.WriteLine(LogView.Create(line, call.Results.Look));
            return ExitCode.Ok;
        });
    }
}
