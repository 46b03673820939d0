using System.Diagnostics.Metrics;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// What a node measures, under the meter <c>Vix.P2p</c> (docs/observability.md lists it). Counts are kept anyhow and are
/// read when somebody collects; durations are written down as they end.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    public const string MeterName = "Vix.P2p";

    // From what a busy connection takes for a record to what ends a send (P2p:Limits:SendTimeout).
    private static readonly InstrumentAdvice<double> WaitBuckets = Buckets(0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30);

    // From a handshake on one machine to a name with several addresses that are silent, each for ConnectTimeout (5 s).
    private static readonly InstrumentAdvice<double> ConnectBuckets = Buckets(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    // Elliptic-curve work alone takes about 1 ms; HandshakeTimeout (5 s) ends the longest.
    private static readonly InstrumentAdvice<double> HandshakeBuckets = Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5);

    // From one machine or rack to a link that is about to be given up (CloseAfter, 30 s).
    private static readonly InstrumentAdvice<double> RttBuckets = Buckets(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15);

    // From a round trip on one machine, some 50 µs, to RequestTimeout (30 s).
    private static readonly InstrumentAdvice<double> RequestBuckets = Buckets(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    private readonly Histogram<double> _waits;
    private readonly Histogram<double> _rtt;
    private readonly Meter? _own;
    private NodeMetricSources? _sources;

    /// <param name="meters">The container's; null where there is none, and then the meter ends with this.</param>
    /// <param name="nodeId">The name the node gives itself, which tells several nodes of a process apart.</param>
    /// <param name="sources">What is read when somebody collects.</param>
    public NodeMetrics(IMeterFactory? meters, string nodeId, NodeMetricSources sources)
    {
        _sources = sources;
        Node = new(TelemetryTags.Node, nodeId);
        Meter meter = meters?.Create(new MeterOptions(MeterName)) ?? (_own = new Meter(MeterName));
        meter.CreateObservableUpDownCounter("vix.p2p.peers", () => Read(from => from.Peers().Select(Measure)), "{peer}", "Peers by state, and by who dialled.");
        meter.CreateObservableCounter("vix.p2p.connect.attempts", () => Read(from => from.ConnectAttempts()), "{attempt}", "Dials that were begun.");
        Connects = meter.CreateHistogram("vix.p2p.connect.duration", "s", "Dials that have ended, from the beginning to Ready or to failure.", advice: ConnectBuckets);
        meter.CreateObservableUpDownCounter("vix.p2p.handshake.active", () => Read(from => from.HandshakesUnderWay()), "{handshake}", "Handshakes that are under way.");
        Handshakes = meter.CreateHistogram("vix.p2p.handshake.duration", "s", "Handshakes that have ended, from the open transport to Ready or to failure.", advice: HandshakeBuckets);
        _rtt = meter.CreateHistogram("vix.p2p.heartbeat.rtt", "s", "Round trips of heartbeats.", advice: RttBuckets);
        meter.CreateObservableCounter("vix.p2p.network.io", () => Read(from => Measure(from.Bytes())), "By", "Bytes of encrypted records.");
        meter.CreateObservableCounter("vix.p2p.messages", () => Read(from => Measure(from.Messages())), "{message}", "Messages, requests and responses.");
        ClientRequests = meter.CreateHistogram("vix.p2p.client.request.duration", "s", "Requests of this node, from the call to the answer or to failure.", advice: RequestBuckets);
        ServerRequests = meter.CreateHistogram("vix.p2p.server.request.duration", "s", "Requests of peers, from the start of the handler to the answer.", advice: RequestBuckets);
        meter.CreateObservableUpDownCounter("vix.p2p.streams", () => Read(from => MeasureStreams(from.Streams())), "{stream}", "Streams that are open, by who opened them.");
        meter.CreateObservableUpDownCounter("vix.p2p.send_queue.usage", () => Read(from => from.QueuedBytes()), "By", "Bytes that wait to be sent.");
        meter.CreateObservableUpDownCounter("vix.p2p.send_queue.waiting", () => Read(from => from.WaitingSends()), "{send}", "Sends that wait for room in a send queue, or for credit.");
        _waits = meter.CreateHistogram("vix.p2p.send_queue.wait_time", "s", "How long sends waited that had to.", advice: WaitBuckets);
        meter.CreateObservableCounter("vix.p2p.limit.rejections", () => Read(from => from.Rejections().Select(Measure)), "{rejection}", "How often each limit said no.");
        meter.CreateObservableCounter("vix.p2p.frames.invalid", () => Read(from => from.InvalidFrames()), "{frame}", "Frames and records that broke the protocol, each of which ended its connection.");
        meter.CreateObservableCounter("vix.p2p.handler.failures", () => Read(from => from.HandlerFailures()), "{failure}", "Messages, requests and streams whose handler failed.");
    }

    /// <summary>The tag of every measurement.</summary>
    public KeyValuePair<string, object?> Node { get; }

    public Histogram<double> Connects { get; }

    public Histogram<double> Handshakes { get; }

    public Histogram<double> ClientRequests { get; }

    public Histogram<double> ServerRequests { get; }

    public void RecordWait(TimeSpan waited) => _waits.Record(waited.TotalSeconds, Node);

    public void RecordRtt(TimeSpan rtt) => _rtt.Record(rtt.TotalSeconds, Node);

    /// <summary>
    /// Ends the meter, where it is this node's own. One of a container's lives as long as the container: its instruments
    /// have nothing to say from now on, and keep nothing of the node alive.
    /// </summary>
    public void Dispose()
    {
        Volatile.Write(ref _sources, null);
        _own?.Dispose();
    }

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private IEnumerable<Measurement<long>> Read(Func<NodeMetricSources, long> read) => Read(from => [new Measurement<long>(read(from), Node)]);

    private IEnumerable<Measurement<long>> Read(Func<NodeMetricSources, IEnumerable<Measurement<long>>> read) =>
        Volatile.Read(ref _sources) is { } sources ? read(sources) : [];

    private Measurement<long> Measure(PeerCount count) => new(count.Peers, Node, TelemetryTags.Of(count.State), TelemetryTags.Of(count.Direction));

    private Measurement<long> Measure(KeyValuePair<string, long> limit) => new(limit.Value, Node, new(TelemetryTags.Limit, limit.Key));

    private Measurement<long>[] MeasureStreams((long Inbound, long Outbound) count) => [new(count.Inbound, Node, TelemetryTags.Inbound), new(count.Outbound, Node, TelemetryTags.Outbound)];

    private Measurement<long>[] Measure((long In, long Out) count) => [new(count.In, Node, TelemetryTags.Received), new(count.Out, Node, TelemetryTags.Sent)];
}
