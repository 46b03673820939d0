using Vix.P2p.Diagnostics;
using Vix.P2p.Messages;
using Vix.P2p.Peers;

namespace Vix.P2p.Hosting;

/// <content>What a node measures and traces: made at the start and ended with the node.</content>
internal sealed partial class NodeRuntime
{
    private NodeTelemetry Observe()
    {
        var metrics = new NodeMetrics(_meters, _options.NodeId, new NodeMetricSources
        {
            Peers = CountPeers,
            ConnectAttempts = () => Interlocked.Read(ref _counters.ConnectAttempts),
            HandshakesUnderWay = CountHandshakes,
            Bytes = () => Table.Traffic() is var traffic ? (traffic.BytesIn, traffic.BytesOut) : default,
            Messages = () => Table.Traffic() is var traffic ? (traffic.MessagesIn, traffic.MessagesOut) : default,
            Streams = CountStreams,
            QueuedBytes = () => _parts?.Connections.Budget.Used ?? 0,
            WaitingSends = () => _channels.Waiting.Count,
            Rejections = _limits.Snapshot,
            InvalidFrames = () => _parts?.Connections.InvalidFrames ?? 0,
            HandlerFailures = () => Interlocked.Read(ref _counters.HandlerFailures),
        });
        var telemetry = new NodeTelemetry(metrics, _options.TraceContext, Time);
        _channels.Waiting.Waited = metrics.RecordWait;
        _channels.Telemetry = telemetry;
        return telemetry;
    }

    private PeerCount[] CountPeers()
    {
        PeerState[] states = Enum.GetValues<PeerState>();
        PeerDirection[] directions = Enum.GetValues<PeerDirection>();
        long[] counts = new long[states.Length * directions.Length];
        foreach (PeerRow row in Table.Rows())
        {
            // One look, so that a peer that changes meanwhile is counted once.
            PeerRowState state = row.State;
            counts[((int)state.State * directions.Length) + (int)state.Direction]++;
        }

        return [.. counts.Select((count, at) => new PeerCount(states[at / directions.Length], directions[at % directions.Length], count))];
    }

    // Those that ended are read first, so that the difference is never negative.
    private long CountHandshakes()
    {
        long ended = Interlocked.Read(ref _counters.HandshakesCompleted) + Interlocked.Read(ref _counters.HandshakesFailed);
        return Interlocked.Read(ref _counters.HandshakesStarted) - ended;
    }

    private (long Inbound, long Outbound) CountStreams()
    {
        long inbound = 0;
        long outbound = 0;
        foreach (PeerChannel channel in Channels())
        {
            (int theirs, int own) = channel.OpenStreams;
            inbound += theirs;
            outbound += own;
        }

        return (inbound, outbound);
    }
}
