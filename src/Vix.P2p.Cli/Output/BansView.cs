using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>The bans in force.</summary>
internal static class BansView
{
    public static IRenderable Create(IReadOnlyList<P2pBan> bans, int width, Look look)
    {
        TextTable table = new(new TableColumn("ID"), new TableColumn("LEFT", Right: true), new TableColumn("ENDS"), new TableColumn("BANNED", Rank: 1));
        foreach (P2pBan ban in bans)
            table.Add(Cell.Of(ban.Id), Units.Duration(ban.RemainingMs), Units.Instant(ban.EndsAt), Units.Instant(ban.BannedAt));
        return table.Build(width, look);
    }
}
