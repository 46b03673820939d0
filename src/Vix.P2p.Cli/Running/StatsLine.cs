using System.Globalization;

namespace Vix.P2p.Cli.Running;

/// <summary>The figures of a node in one line of name=value, for programs and for eyes.</summary>
internal static class StatsLine
{
    public static string Of(NodeStatus now, NodeStatus? before, TimeSpan elapsed, PeerList peers)
    {
        long[] times = [.. peers.Peers.Where(peer => peer.State is PeerState.Connected or PeerState.Stale).Select(peer => peer.Rtt).OfType<TimeSpan>().Select(time => (long)time.TotalMilliseconds).Order()];
        string rtt = times.Length == 0 ? "-" : times[times.Length / 2].ToString(CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"stats uptime_s={(long)now.Uptime.TotalSeconds} peers_connected={now.PeersConnected} peers_total={now.PeersTotal} rtt_ms={rtt} bytes_in_s={Rate(now.BytesIn, before?.BytesIn):0} bytes_out_s={Rate(now.BytesOut, before?.BytesOut):0} messages_in_s={Rate(now.MessagesIn, before?.MessagesIn):0} messages_out_s={Rate(now.MessagesOut, before?.MessagesOut):0} handshakes_failed={now.HandshakesFailed}");

        double Rate(long count, long? earlier) => earlier is null || elapsed <= TimeSpan.Zero ? 0 : (count - earlier.Value) / elapsed.TotalSeconds;
    }
}
