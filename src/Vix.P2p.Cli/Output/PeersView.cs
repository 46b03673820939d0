using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>The rows of the peer table.</summary>
internal static class PeersView
{
    private const int ShortId = 12;

    public static IRenderable Create(IReadOnlyList<P2pPeerRow> rows, bool whole, int width, Look look)
    {
        TextTable table = new(
            new TableColumn("KEY"),
            new TableColumn("STATE"),
            new TableColumn("NODE"),
            new TableColumn("ENDPOINT", Rank: 1),
            new TableColumn("DIRECTION", Rank: 8),
            new TableColumn("RTT", Rank: 3, Right: true),
            new TableColumn("SEEN", Rank: 4, Right: true),
            new TableColumn("IN", Rank: 6, Right: true),
            new TableColumn("OUT", Rank: 7, Right: true),
            new TableColumn("ID", Rank: whole ? 0 : 5),
            new TableColumn("WHY", Rank: 2, MinWidth: 18));
        foreach (P2pPeerRow row in rows)
        {
            table.Add(
                Cell.Of(row.Key),
                Cell.Of(row.State, look.State(row.State)),
                Cell.Of(row.NodeId),
                Cell.Of(row.Endpoint),
                Cell.Of(row.Direction),
                Units.Duration(row.RttMs),
                Units.Duration(row.LastSeenMs),
                Units.Bytes(row.BytesIn),
                Units.Bytes(row.BytesOut),
                Cell.Of(whole || row.Id is not { Length: > ShortId } ? row.Id : row.Id[..ShortId]),
                Why(row));
        }

        return table.Build(width, look);
    }

    /// <summary>Why a peer is not connected, and when it is dialled next; nothing for one that is.</summary>
    public static Cell Why(P2pPeerRow row)
    {
        if (row.State is "Connected" or "Stale")
            return "";
        string?[] reasons = [row.DisconnectReason, row.LastError?.Code];
        string next = row.NextAttemptInMs is { } wait ? $"next dial in {Units.Duration(wait)}" : "";
        return SafeText.Of(string.Join(", ", reasons.Append(next).Where(reason => !string.IsNullOrEmpty(reason)).Distinct()));
    }
}
