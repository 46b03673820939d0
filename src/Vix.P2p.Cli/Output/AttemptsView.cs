using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>Dials and what became of them.</summary>
internal static class AttemptsView
{
    public static IRenderable Create(IReadOnlyList<P2pAttempt> attempts, int width, Look look)
    {
        TextTable table = new(
            new TableColumn("ID"),
            new TableColumn("STATE"),
            new TableColumn("ENDPOINT"),
            new TableColumn("TOOK", Rank: 3, Right: true),
            new TableColumn("STARTED", Rank: 4),
            new TableColumn("REASON", Rank: 1),
            new TableColumn("MESSAGE", Rank: 2, MinWidth: 20));
        foreach (P2pAttempt attempt in attempts)
        {
            table.Add(
                Cell.Of(attempt.Id),
                Cell.Of(attempt.State, look.State(attempt.State)),
                Cell.Of(attempt.Endpoint),
                Units.Duration(attempt.DurationMs),
                Units.Instant(attempt.StartedAt),
                SafeText.Of(attempt.Reason),
                SafeText.Of(attempt.Message));
        }

        return table.Build(width, look);
    }

    public static IRenderable Create(P2pAttempt attempt, int width, Look look)
    {
        Facts facts = new(look);
        facts.Add("id", Cell.Of(attempt.Id));
        facts.Add("endpoint", Cell.Of(attempt.Endpoint));
        facts.Add("state", Cell.Of(attempt.State, look.State(attempt.State)));
        facts.AddIfAny("reason", SafeText.Of(attempt.Reason));
        facts.AddIfAny("message", SafeText.Of(attempt.Message));
        facts.Add("started", Units.Instant(attempt.StartedAt));
        facts.Add("took", Units.Duration(attempt.DurationMs));
        facts.Add("row", Cell.Of(attempt.Key));
        facts.AddIfAny("peer", SafeText.Of(attempt.PeerId));
        facts.AddIfAny("expected", SafeText.Of(attempt.ExpectedId));
        facts.AddIfAny("remote", SafeText.Of(attempt.RemoteEndpoint));
        return facts.Build(width);
    }
}
