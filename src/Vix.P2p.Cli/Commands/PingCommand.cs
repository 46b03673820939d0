using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p ping</summary>
internal static class PingCommand
{
    public static ControlCommand Create(CliContext context) =>
        new ControlCommand("ping", "Asks whether the control plane answers, and shows how long that took.")
            .Does(context, static async (call, token) =>
            {
                // The first answer has the making of the connection in it.
                await call.AskAsync(call.Client.PingAsync, token).ConfigureAwait(false);
                long started = call.Context.Time.GetTimestamp();
                await call.AskAsync(call.Client.PingAsync, token).ConfigureAwait(false);
                TimeSpan took = call.Context.Time.GetElapsedTime(started);
                return call.Say($"{call.Server.Address} answers in {Units.Milliseconds(took)}");
            });
}
