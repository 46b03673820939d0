using Vix.P2p.Diagnostics;
using Vix.P2p.Soak.Crowd;
using Vix.P2p.Soak.Hub;
using Vix.P2p.Soak.Measuring;

namespace Vix.P2p.Soak;

/// <content>What is sampled, and what is made of it.</content>
internal sealed partial class SoakRun
{
    private const double MB = 1e6;

    private static readonly TimeSpan ShortestForSlope = TimeSpan.FromMinutes(20);

    private Gauge[] Gauges(P2pNode hub, CrowdLink crowd)
    {
        // One look at the node for all gauges of a sample; the first of them takes it.
        NodeSizes sizes = hub.GetSizes();
        NodeStatus status = hub.GetStatus();
        return
        [
            new("live_mb", () => _samples % LiveHeapEach == 0 ? ProcessUse.LiveHeap() / MB : null, PerHour: 1),
            new("heap_mb", () => GC.GetTotalMemory(false) / MB),
            new("committed_mb", () => GC.GetGCMemoryInfo().TotalCommittedBytes / MB, PerHour: 16),
            new("resident_mb", () => Environment.WorkingSet / MB, PerHour: 16),
            new("handles", () => ProcessUse.Handles(), PerHour: 20),
            new("threads", () => ProcessUse.Threads(), PerHour: 4),
            new("pool_queue", () => ThreadPool.PendingWorkItemCount),
            new("tasks", () => (sizes = hub.GetSizes()).Tasks, PerHour: 20),
            new("handlers", () => sizes.Handlers, PerHour: 20),
            new("connections", () => sizes.Connections, PerHour: 20),
            new("claims", () => sizes.Claims),
            new("dials", () => sizes.Dials),
            new("pending", () => sizes.PendingHandshakes),
            new("pending_addresses", () => sizes.PendingAddresses),
            new("address_buckets", () => sizes.AddressBuckets),
            new("connected_addresses", () => sizes.ConnectedAddresses),
            new("send_bytes", () => sizes.SendBytes),
            new("received_bytes", () => sizes.ReceivedBytes),
            new("waiting_sends", () => sizes.WaitingSends),
            new("open_streams", () => sizes.Streams),
            new("rows", () => (status = hub.GetStatus()).PeersTotal, PerHour: 20),
            new("rows_connected", () => status.PeersByState[PeerState.Connected]),
            new("rows_stale", () => status.PeersByState[PeerState.Stale]),
            new("rows_disconnected", () => status.PeersByState[PeerState.Disconnected]),
            new("rows_closed", () => status.PeersByState[PeerState.Closed]),
            new("backoff", () => status.TrackedEndpoints),
            new("bans", () => hub.GetBans().Count),
            new("attempts", () => hub.GetAttempts().Count),
            new("persistent", () => hub.GetPersistentPeers().Count),
            new("log_lines", () => hub.GetLogLines().Count),
            new("handshakes", () => status.HandshakesCompleted),
            new("handshakes_failed", () => status.HandshakesFailed),
            new("joins", () => crowd.Joins),
            new("strangers", () => crowd.Strangers),
            new("messages", () => _counters.Messages),
            new("requests", () => _counters.Requests),
            new("streams", () => _counters.Streams),
            new("unexpected", () => _counters.Unexpected + crowd.Unexpected),
            new("crowd_live_mb", () => crowd.Heap / MB, PerHour: 1),
            new("crowd_resident_mb", () => crowd.WorkingSet / MB),
            new("crowd_handles", () => crowd.Handles),
            new("processor_seconds", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        ];
    }

    private void Conclude(Samples samples, P2pNode hub, CrowdLink crowd)
    {
        NodeStatus status = hub.GetStatus();
        Console.WriteLine($"{crowd.Joins:N0} joins, {crowd.Refused:N0} refused, {crowd.Strangers:N0} strangers; handshakes {status.HandshakesCompleted:N0} completed, {status.HandshakesFailed:N0} failed; dials {status.ConnectAttempts:N0}, {status.ConnectFailures:N0} failed");
        Console.WriteLine($"the hub handled {_counters.Messages:N0} messages, {_counters.Requests:N0} requests, {_counters.Streams:N0} streams; its peers {crowd.Messages:N0}, {crowd.Requests:N0}, {crowd.Streams:N0}");
        Console.WriteLine("limits that said no: " + string.Join(", ", status.LimitRejections.Where(limit => limit.Value > 0).Select(limit => $"{limit.Key} {limit.Value:N0}")));
        foreach ((string name, int cap) in new[] { ("address_buckets", HubNode.AddressBuckets), ("backoff", HubNode.BackoffEntries), ("bans", HubNode.Bans), ("rows_closed", HubNode.ClosedPeers + options.Peers), ("attempts", 256), ("log_lines", 1000) })
        {
            double most = samples.Of(name).Max(sample => sample.Value);
            Expect(most <= cap, $"{name} went to {most}, beyond {cap}");
        }

        Console.WriteLine($"{"",-20}{"warm-up's end",14}{"end",10}{"most",10}{"an hour",12}{"± error",10}{"leak from",12}");
        foreach (Gauge gauge in Gauges(hub, crowd).Where(gauge => gauge.PerHour is not null))
        {
            IReadOnlyList<(double Hours, double Value)> all = samples.Of(gauge.Name);
            (double Hours, double Value)[] later = [.. all.Where(sample => sample.Hours >= options.WarmUp.TotalHours)];
            if (options.Joins is not null || options.Time < ShortestForSlope || Slope.Of(later) is not { } slope)
            {
                Console.WriteLine($"{gauge.Name,-20}{"",14}{all[^1].Value,10:0.00}{all.Max(sample => sample.Value),10:0.00}  too short for a slope");
                continue;
            }

            double bound = gauge.PerHour!.Value;
            string verdict = slope.Judge(bound);
            Console.WriteLine($"{gauge.Name,-20}{later[0].Value,14:0.00}{later[^1].Value,10:0.00}{all.Max(sample => sample.Value),10:0.00}{slope.PerHour,12:+0.00;-0.00;0.00}{slope.Error,10:0.00}{bound,12:0}  {verdict}");
            Expect(verdict != "grows", $"{gauge.Name} grows by {slope.PerHour:0.00} an hour");
        }
    }
}
