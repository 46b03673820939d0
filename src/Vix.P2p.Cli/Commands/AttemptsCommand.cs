using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p attempts</summary>
internal static class AttemptsCommand
{
    public static ControlCommand Create(CliContext context)
    {
        Argument<string?> id = new("id") { Description = "One of them; without it, all of the last 256, newest first.", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        Validation.NameOfRow(id!);
        ControlCommand command = new("attempts", "Lists the last dials and what became of them.") { id };
        return command.Does(context, async (call, token) =>
        {
            if (call.Parse.GetValue(id) is { } one)
            {
                P2pAttemptResponse found = await call.AskAsync(stop => call.Client.GetAttemptAsync(one, stop), token).ConfigureAwait(false);
                return call.Show((width, look) => AttemptsView.Create(found.Attempt, width, look));
            }

            P2pAttemptsResponse answer = await call.AskAsync(call.Client.GetAttemptsAsync, token).ConfigureAwait(false);
            return answer.Attempts.Count == 0 ? call.Say("No dials yet.") : call.Show((width, look) => AttemptsView.Create(answer.Attempts, width, look));
        });
    }
}
