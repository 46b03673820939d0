using System.CommandLine;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p ban</summary>
internal static class BanCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromHours(1);

    public static ControlCommand Create(CliContext context)
    {
        Argument<string> peer = PeerTarget.Argument("Whom: the peer's id, the key of its row, or its endpoint.");
        Option<TimeSpan> duration = new("--for")
        {
            Description = "For how long, such as 30s, 10m, 2h or 7d; at most 365d.",
            HelpName = "DURATION",
            DefaultValueFactory = static _ => Default,
            CustomParser = DurationText.Parse,
        };
        ControlCommand command = new("ban", "Disconnects a peer and refuses it for a while, in both directions. A ban lives as long as the node.") { peer, duration };
        return command.Does(context, async (call, token) =>
        {
            (string? id, string? endpoint) = PeerTarget.Read(call.Parse.GetRequiredValue(peer));
            P2pDisconnectRequest request = new() { Id = id, Endpoint = endpoint, BanMs = (long)call.Parse.GetValue(duration).TotalMilliseconds };
            P2pDisconnectResponse answer = await call.AskAsync(stop => call.Client.DisconnectAsync(request, stop), token).ConfigureAwait(false);
            string until = answer.BanEndsAt is { } end ? $" until {Units.Instant(end)}" : "";
            return call.Say($"banned {SafeText.Of(answer.Id ?? answer.Key)}{until}");
        });
    }
}
