using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p bans</summary>
internal static class BansCommand
{
    public static ControlCommand Create(CliContext context) =>
        new ControlCommand("bans", "Lists the bans in force.").Does(context, static async (call, token) =>
        {
            P2pBansResponse answer = await call.AskAsync(call.Client.GetBansAsync, token).ConfigureAwait(false);
            return answer.Bans.Count == 0 ? call.Say("No bans.") : call.Show((width, look) => BansView.Create(answer.Bans, width, look));
        });
}
