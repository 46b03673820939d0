using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p peer ID</summary>
internal static class PeerCommand
{
    public static ControlCommand Create(CliContext context)
    {
        Argument<string> id = new("id") { Description = "The peer's id, or the key of its row, as 'peers' shows them.", HelpName = "ID" };
        Validation.NameOfRow(id);
        ControlCommand command = new("peer", "Shows all that is known of one peer.") { id };
        return command.Does(context, async (call, token) =>
        {
            P2pPeerResponse answer = await call.AskAsync(stop => call.Client.GetPeerAsync(call.Parse.GetRequiredValue(id), stop), token).ConfigureAwait(false);
            return call.Show((width, look) => PeerView.Create(answer.Peer, width, look));
        });
    }
}
