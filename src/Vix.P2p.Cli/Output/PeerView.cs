using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>All that is known of one peer.</summary>
internal static class PeerView
{
    public static IRenderable Create(P2pPeerRow row, int width, Look look)
    {
        Facts facts = new(look);
        facts.Add("node", Cell.Of(row.NodeId, look.Title));
        facts.Add("id", row.Id is null ? "not proven yet" : Cell.Of(row.Id));
        facts.Add("key", Cell.Of(row.Key));
        facts.Add("state", Cell.Of(row.State, look.State(row.State)));
        facts.AddIfAny("why", PeersView.Why(row).Text);
        facts.Add("endpoint", SafeText.Of(row.Endpoint) + (row.Dialable ? "" : " (cannot be dialled)"));
        facts.Add("direction", Cell.Of(row.Direction));
        facts.AddIfAny("local", SafeText.Of(row.LocalEndpoint));
        facts.AddIfAny("remote", SafeText.Of(row.RemoteEndpoint));
        facts.Add("secure", row.Secure ? "yes" : "no");
        facts.Add("persistent", row.Persistent ? "yes" : "no");
        if (row.ConnectedAt is { } at)
            facts.Add("connected", $"{Units.Instant(at)}{(row.ConnectedMs is { } age ? $", for {Units.Duration(age)}" : "")}");
        facts.Add("last seen", row.LastSeenMs < 0 ? "never" : $"{Units.Duration(row.LastSeenMs)} ago");
        facts.Add("round trip", row.RttMs is null ? "-" : $"{Units.Duration(row.RttMs)}, best {Units.Duration(row.RttMinMs)}");
        facts.AddIfAny("agent", SafeText.Of(row.Agent));
        facts.Add("protocols", row.Protocols.Count == 0 ? "none" : SafeText.Of(string.Join(", ", row.Protocols)));
        facts.Add("bytes", $"{Units.Bytes(row.BytesIn)} in, {Units.Bytes(row.BytesOut)} out, {Units.Bytes(row.SendQueueBytes)} to be sent");
        facts.Add("messages", $"{row.MessagesIn} in, {row.MessagesOut} out");
        facts.Add("dials", Units.Count(row.Attempts));
        if (row.LastError is { } error)
            facts.Add("last error", ErrorText.Of(error, look));
        return facts.Build(width);
    }
}
