using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>The endpoints that are kept connected.</summary>
internal static class PersistentView
{
    public static IRenderable Create(IReadOnlyList<P2pPersistentPeer> peers, int width, Look look)
    {
        TextTable table = new(
            new TableColumn("ENDPOINT"),
            new TableColumn("STATE"),
            new TableColumn("PAUSED"),
            new TableColumn("KEY", Rank: 1),
            new TableColumn("DIALS", Rank: 3, Right: true),
            new TableColumn("NEXT", Rank: 2, Right: true),
            new TableColumn("EXPECTED ID", Rank: 5),
            new TableColumn("LAST ERROR", Rank: 4));
        foreach (P2pPersistentPeer peer in peers)
        {
            table.Add(
                Cell.Of(peer.Endpoint),
                Cell.Of(peer.State, look.State(peer.State)),
                peer.Paused ? new Cell("yes", look.Warning) : "no",
                Cell.Of(peer.Key),
                Units.Count(peer.Attempts),
                Units.Duration(peer.NextAttemptInMs),
                peer.ExpectedId is null ? "any" : Cell.Of(peer.ExpectedId),
                SafeText.Of(peer.LastError?.Code));
        }

        return table.Build(width, look);
    }
}
