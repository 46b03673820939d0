using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p unban</summary>
internal static class UnbanCommand
{
    public static ControlCommand Create(CliContext context)
    {
        Argument<string> id = new("id") { Description = "The peer's id, as 'bans' shows it.", HelpName = "ID" };
        Validation.PeerIds(id);
        ControlCommand command = new("unban", "Ends a ban.") { id };
        return command.Does(context, async (call, token) =>
        {
            P2pUnbanResponse answer = await call.AskAsync(stop => call.Client.RemoveBanAsync(call.Parse.GetRequiredValue(id), stop), token).ConfigureAwait(false);
            return call.Say($"no longer banned: {SafeText.Of(answer.Id)}");
        });
    }
}
