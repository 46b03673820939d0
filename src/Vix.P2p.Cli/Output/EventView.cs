using Spectre.Console;
using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>One event, in one line.</summary>
internal static class EventView
{
    private const int TypeWidth = 17;

    public static IRenderable Create(P2pEvent change, Look look)
    {
        Paragraph line = new();
        line.Append(Units.Instant(change.At), look.Label);
        line.Append($"  {SafeText.Of(change.Type, 40).PadRight(TypeWidth)}  ", StyleOf(change.Type, look));
        line.Append(Text(change));
        return line;
    }

    private static string Text(P2pEvent change)
    {
        List<string> parts = [];
        if (change.Status is { } status)
            parts.Add($"{SafeText.Of(status.NodeId)} is {SafeText.Of(status.State)}, {StatusView.Peers(status)}");
        if (change.Peer is { } peer)
        {
            parts.Add(SafeText.Of(peer.NodeId ?? peer.Key));
            parts.Add(SafeText.Of(peer.Endpoint));
        }

        if (change.Reason is { } reason)
            parts.Add(SafeText.Of(reason));
        if (change.Peer?.LastError is { } error && error.Code == change.Reason)
            parts.Add(SafeText.Of(error.Message));
        if (change.UnsentMessages is { } unsent)
            parts.Add($"{Units.Count(unsent, "message")} not sent");
        if (change.Type == "resync")
            parts.Add("events are missing here: 'vix-p2p peers' shows the state");
        return string.Join("  ", parts);
    }

    private static Style StyleOf(string type, Look look) => type switch
    {
        "peer_connected" => look.Good,
        "peer_stale" or "peer_connecting" or "resync" => look.Warning,
        "peer_disconnected" or "connect_failed" or "handshake_failed" => look.Bad,
        _ => look.Label,
    };
}
