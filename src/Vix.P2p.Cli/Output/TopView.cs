using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>The screen of <c>top</c>: the node and its peers, with what went through them since the last look.</summary>
internal static class TopView
{
    public static IRenderable Create(TopSample now, TopSample? before, int width, Look look)
    {
        P2pStatusResponse status = now.Status;
        Paragraph head = new();
        head.Append(SafeText.Of(status.NodeId), look.Title);
        head.Append("  ");
        head.Append(SafeText.Of(status.State), look.State(status.State));
        head.Append($"  up {Units.Duration(status.UptimeMs)}  {StatusView.Peers(status)}");

        Facts facts = new(look);
        facts.Add("bytes/s", $"{Units.Bytes(now.Rate(before, sample => sample.Status.BytesIn))} in, {Units.Bytes(now.Rate(before, sample => sample.Status.BytesOut))} out");
        facts.Add("messages/s", $"{Number(now.Rate(before, sample => sample.Status.MessagesIn))} in, {Number(now.Rate(before, sample => sample.Status.MessagesOut))} out");
        facts.Add("round trip", RoundTrip(now.Peers));
        if (status.LastError is { } error)
            facts.Add("last error", ErrorText.Of(error, look));

        return new Rows(head, new Text(""), facts.Build(width), new Text(""), Peers(now, before, width, look));
    }

    private static IRenderable Peers(TopSample now, TopSample? before, int width, Look look)
    {
        if (now.Peers.Count == 0)
            return new Text("No peers.");
        TextTable table = new(
            new TableColumn("KEY"),
            new TableColumn("STATE"),
            new TableColumn("NODE"),
            new TableColumn("ENDPOINT", Rank: 5),
            new TableColumn("RTT", Right: true),
            new TableColumn("SEEN", Rank: 4, Right: true),
            new TableColumn("IN/S", Rank: 1, Right: true),
            new TableColumn("OUT/S", Rank: 1, Right: true),
            new TableColumn("MSG IN/S", Rank: 2, Right: true),
            new TableColumn("MSG OUT/S", Rank: 2, Right: true),
            new TableColumn("QUEUED", Rank: 3, Right: true),
            new TableColumn("WHY", Rank: 1, MinWidth: 18));
        foreach (P2pPeerRow row in now.Peers)
        {
            table.Add(
                Cell.Of(row.Key),
                Cell.Of(row.State, look.State(row.State)),
                Cell.Of(row.NodeId),
                Cell.Of(row.Endpoint),
                Units.Duration(row.RttMs),
                Units.Duration(row.LastSeenMs),
                Units.Bytes(now.Rate(before, row.Key, peer => peer.BytesIn)),
                Units.Bytes(now.Rate(before, row.Key, peer => peer.BytesOut)),
                Number(now.Rate(before, row.Key, peer => peer.MessagesIn)),
                Number(now.Rate(before, row.Key, peer => peer.MessagesOut)),
                Units.Bytes(row.SendQueueBytes),
                PeersView.Why(row));
        }

        return table.Build(width, look);
    }

    private static string RoundTrip(IReadOnlyList<P2pPeerRow> peers)
    {
        long[] times = [.. peers.Where(peer => peer.State is "Connected" or "Stale").Select(peer => peer.RttMs).OfType<long>().Order()];
        return times.Length == 0
            ? "-"
            : $"{Units.Duration(times[0])} best, {Units.Duration(times[times.Length / 2])} median, {Units.Duration(times[^1])} worst";
    }

    private static string Number(double rate) => rate.ToString(rate < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
