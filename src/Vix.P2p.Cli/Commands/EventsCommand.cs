using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Cli.Control;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p events</summary>
internal static class EventsCommand
{
    private static readonly JsonTypeInfo<P2pEvent> EventJson = P2pControlJson.TypeInfo<P2pEvent>();

    private static readonly string[] Types =
    [
        P2pEventType.PeerConnecting, P2pEventType.PeerConnected, P2pEventType.PeerStale, P2pEventType.PeerDisconnected,
        P2pEventType.ConnectFailed, P2pEventType.HandshakeFailed, P2pEventType.Status, P2pEventType.Resync,
    ];

    public static ControlCommand Create(CliContext context)
    {
        Option<string[]> types = new("--type") { Description = "Only events of these types; it can be given several times.", HelpName = "TYPE" };
        types.AcceptOnlyFromAmong(Types);
        Option<int?> count = new("--count", "-c") { Description = "Ends after so many events.", HelpName = "N" };
        Validation.Range(count, 1, int.MaxValue);
        ControlCommand command = new("events", "Shows what changes, as it happens, until Ctrl-C. A lost connection is made again.") { types, count };
        return command.Does(context, async (call, token) =>
        {
            call.BeginStream();
            string[] wanted = call.Parse.GetValue(types) ?? [];
            int left = call.Parse.GetValue(count) ?? int.MaxValue;
            // The status tells where one begins; after that only what changes.
            P2pWatchOptions options = new() { StatusInterval = TimeSpan.Zero };
            await foreach (P2pEvent change in call.Client.WatchAsync(options, new WatchNotes(call), token).ConfigureAwait(false))
            {
                if (wanted.Length > 0 && !wanted.Contains(change.Type))
                    continue;
                if (call.IsJson)
                    call.Results.Line(SafeText.Json(JsonSerializer.Serialize(change, EventJson)));
                else
                    call.Results.WriteLine(EventView.Create(change, call.Results.Look));
                if (--left == 0)
                    break;
            }

            return ExitCode.Ok;
        });
    }
}
