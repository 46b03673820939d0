using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p disconnect</summary>
internal static class DisconnectCommand
{
    public static ControlCommand Create(CliContext context)
    {
        Argument<string> peer = PeerTarget.Argument("Whom: the peer's id, the key of its row, or its endpoint.");
        ControlCommand command = new("disconnect", "Closes the connection to a peer, or ends its dial. A persistent peer is paused until someone connects it.") { peer };
        return command.Does(context, async (call, token) =>
        {
            (string? id, string? endpoint) = PeerTarget.Read(call.Parse.GetRequiredValue(peer));
            P2pDisconnectRequest request = new() { Id = id, Endpoint = endpoint };
            P2pDisconnectResponse answer = await call.AskAsync(stop => call.Client.DisconnectAsync(request, stop), token).ConfigureAwait(false);
            return call.Say($"disconnected {SafeText.Of(answer.Endpoint)} ({SafeText.Of(answer.Id ?? answer.Key)})");
        });
    }
}
