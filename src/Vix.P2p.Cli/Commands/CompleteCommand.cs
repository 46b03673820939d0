using System.CommandLine;
using System.CommandLine.Completions;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p complete, which the scripts of <c>completion</c> ask</summary>
internal static class CompleteCommand
{
    /// <param name="context">Where the answer goes.</param>
    /// <param name="root">The commands that are completed.</param>
    public static Command Create(CliContext context, Command root)
    {
        Option<int> position = new("--position") { Description = "Where the cursor is.", HelpName = "N" };
        Argument<string> line = new("line") { Description = "The command line so far.", HelpName = "LINE" };
        Command command = new("complete", "Lists what may come next on a command line.") { position, line };
        command.Hidden = true;
        command.SetAction(parse =>
        {
            foreach (string item in Of(root, parse.GetRequiredValue(line), parse.GetValue(position)))
                context.Results.Line(item);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What may come at a place of a line that begins with the program's name.</summary>
    public static IEnumerable<string> Of(Command root, string line, int position)
    {
        int start = line.IndexOf(' ', StringComparison.Ordinal);
        if (start < 0)
            return [];
        // Without the name, however the user has called the program; what stands behind the cursor says nothing yet.
        string rest = line[(start + 1)..];
        int cursor = Math.Clamp(position - start - 1, 0, rest.Length);
        return root.Parse(rest[..cursor]).GetCompletions(cursor).Select(Text).Where(text => !text.StartsWith("-?", StringComparison.Ordinal)).Distinct();
    }

    private static string Text(CompletionItem item) => item.InsertText ?? item.Label;
}
