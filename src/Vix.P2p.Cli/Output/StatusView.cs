using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>A node at one moment.</summary>
internal static class StatusView
{
    public static IRenderable Create(P2pStatusResponse status, int width, Look look)
    {
        Facts facts = new(look);
        facts.Add("node", Cell.Of(status.NodeId, look.Title));
        facts.Add("id", Cell.Of(status.Id));
        facts.Add("state", Cell.Of(status.State, look.State(status.State)));
        facts.Add("agent", Cell.Of(status.Agent));
        if (status.StartedAt is { } started)
            facts.Add("started", $"{Units.Instant(started)}, {Units.Duration(status.UptimeMs)} ago");
        facts.Add("listens on", status.Listen.Count == 0 ? "nothing: it only dials" : Cell.Of(string.Join(", ", status.Listen)));
        facts.Add("peers", Peers(status));
        facts.Add("handshakes", $"{status.HandshakesStarted} begun, {status.HandshakesCompleted} completed, {status.HandshakesFailed} failed");
        facts.Add("dials", $"{status.ConnectAttempts} begun, {status.ConnectFailures} failed, {status.ConnectDeduped} joined, {status.BackoffSkips} held back");
        facts.Add("bytes", $"{Units.Bytes(status.BytesIn)} in, {Units.Bytes(status.BytesOut)} out");
        facts.Add("messages", $"{status.MessagesIn} in, {status.MessagesOut} out, {Units.Count(status.HandlerFailures, "handler failure")}");
        facts.AddIfAny("limits hit", Counts(status.LimitRejections.Where(limit => limit.Value > 0).Select(limit => (limit.Key, limit.Value))));
        if (status.LastError is { } error)
            facts.Add("last error", ErrorText.Of(error, look));
        return facts.Build(width);
    }

    /// <summary>How many peers there are, in each state that has any.</summary>
    public static string Peers(P2pStatusResponse status)
    {
        string states = Counts(status.PeersByState.Where(state => state.Value > 0).Select(state => (state.Key, (long)state.Value)));
        return $"{status.PeersConnected} of {status.PeersTotal} connected{(states.Length == 0 ? "" : $" ({states})")}";
    }

    private static string Counts(IEnumerable<(string Name, long Count)> counts) =>
        SafeText.Of(string.Join(", ", counts.Select(count => $"{count.Count} {count.Name}")));
}
