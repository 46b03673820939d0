using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p status</summary>
internal static class StatusCommand
{
    public static ControlCommand Create(CliContext context) =>
        new ControlCommand("status", "Shows how the node is: its id, where it listens, its peers and counters.")
            .Does(context, static async (call, token) =>
            {
                P2pStatusResponse status = await call.AskAsync(call.Client.GetStatusAsync, token).ConfigureAwait(false);
                return call.Show((width, look) => StatusView.Create(status, width, look));
            });
}
