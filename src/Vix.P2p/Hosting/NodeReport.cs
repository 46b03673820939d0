using System.Net;
using Vix.P2p.Diagnostics;
using Vix.P2p.Peers;
using Vix.P2p.Peers.Queries;
using Vix.P2p.Transport;

namespace Vix.P2p.Hosting;

/// <summary>Writes down what a node is at one moment.</summary>
internal static class NodeReport
{
    /// <summary>What the runtime alone knows.</summary>
    internal sealed record Facts(P2pNodeOptions Options, NodeState State, string Instance, PeerId? Id, DateTimeOffset? StartedAt, TimeSpan Uptime, EndPoint? Listen, bool IsLive);

    public static PeerList Peers(PeerTable table, TimeProvider time)
    {
        // The revision is read first: a change between the two makes the list newer than it says, never older.
        long revision = table.Revision;
        PeerRow[] rows = table.Rows();
        var peers = new PeerInfo[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            peers[i] = rows[i].ToInfo(time);
        return new PeerList(revision, peers);
    }

    public static PeerPage Peers(PeerQuery query, string instance, PeerTable table, TimeProvider time)
    {
        PeerPager pager = new(query, instance);
        long revision = table.Revision;
        return pager.Page(revision, table.Rows(), time);
    }

    public static NodeStatus Status(Facts facts, PeerTable table, NodeCounters counters, LimitBoard limits)
    {
        // The revision is read first here too: whoever watches from it on is told again of a change between the two.
        long revision = table.Revision;
        // One walk over the rows for all that they add up to: with thousands of them it is what a status costs.
        Span<int> counts = stackalloc int[PeerTable.States.Length];
        TrafficCount traffic = table.Traffic(counts);
        Dictionary<PeerState, int> byState = new(counts.Length);
        int total = 0;
        foreach (PeerState state in PeerTable.States)
        {
            byState.Add(state, counts[(int)state]);
            total += counts[(int)state];
        }

        return new NodeStatus
        {
            State = facts.State,
            IsLive = facts.IsLive,
            NodeId = facts.Options.NodeId,
            Id = facts.Id,
            Instance = facts.Instance,
            Agent = NodeParts.Agent,
            StartedAt = facts.StartedAt,
            Uptime = facts.Uptime,
            Revision = revision,
            Listen = facts.Listen is { } listen ? [EndpointText.Of(listen, facts.Options.ListenScheme)] : [],
            PeersTotal = total,
            PeersConnected = byState[PeerState.Connected] + byState[PeerState.Stale],
            PeersByState = byState,
            HandshakesStarted = Interlocked.Read(ref counters.HandshakesStarted),
            HandshakesCompleted = Interlocked.Read(ref counters.HandshakesCompleted),
            HandshakesFailed = Interlocked.Read(ref counters.HandshakesFailed),
            ConnectAttempts = Interlocked.Read(ref counters.ConnectAttempts),
            ConnectDeduped = Interlocked.Read(ref counters.ConnectDeduped),
            ConnectFailures = Interlocked.Read(ref counters.ConnectFailures),
            BackoffSkips = Interlocked.Read(ref counters.BackoffSkips),
            TrackedEndpoints = table.TrackedEndpoints,
            BytesIn = traffic.BytesIn,
            BytesOut = traffic.BytesOut,
            MessagesIn = traffic.MessagesIn,
            MessagesOut = traffic.MessagesOut,
            HandlerFailures = Interlocked.Read(ref counters.HandlerFailures),
            Limits = limits.Values,
            LimitRejections = limits.Snapshot(),
            LastError = table.LastError,
        };
    }
}
