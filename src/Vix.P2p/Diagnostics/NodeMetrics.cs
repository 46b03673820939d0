using System.Diagnostics.Metrics;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// What a node measures, under the meter <c>Vix.P2p</c> (docs/architecture.md lists it). Nothing but the waits is
/// written down as it happens: a collector reads the counts that are kept anyhow.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    public const string MeterName = "Vix.P2p";
    public const string NodeTag = "vix.p2p.node";
    public const string DirectionTag = "direction";

    // From what a busy connection takes for a record to what ends a send.
    private static readonly InstrumentAdvice<double> WaitBuckets = new() { HistogramBucketBoundaries = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30] };

    private readonly KeyValuePair<string, object?> _node;
    private readonly Histogram<double> _waits;
    private readonly Meter? _own;

    /// <param name="meters">The container's; null where there is none, and then the meter ends with this.</param>
    /// <param name="nodeId">The name the node gives itself, which tells several nodes of a process apart.</param>
    /// <param name="sources">What is read when somebody collects.</param>
    public NodeMetrics(IMeterFactory? meters, string nodeId, NodeMetricSources sources)
    {
        _node = new(NodeTag, nodeId);
        Meter meter = meters?.Create(new MeterOptions(MeterName)) ?? (_own = new Meter(MeterName));
        meter.CreateObservableUpDownCounter("vix.p2p.send_queue", () => Measure(sources.QueuedBytes()), "By", "Bytes that wait to be sent.");
        meter.CreateObservableUpDownCounter("vix.p2p.send_queue.waiting", () => Measure(sources.WaitingSends()), "{send}", "Sends that wait for room in a send queue, or for credit.");
        _waits = meter.CreateHistogram("vix.p2p.send_queue.wait", "s", "How long sends waited that had to.", advice: WaitBuckets);
        meter.CreateObservableCounter("vix.p2p.messages", () => Measure(sources.Messages()), "{message}", "Messages, requests and responses.");
        meter.CreateObservableCounter("vix.p2p.handler.failures", () => Measure(sources.HandlerFailures()), "{failure}", "Messages, requests and streams whose handler failed.");
    }

    public void RecordWait(TimeSpan waited) => _waits.Record(waited.TotalSeconds, _node);

    public void Dispose() => _own?.Dispose();

    private Measurement<long> Measure(long value) => new(value, _node);

    private Measurement<long>[] Measure((long In, long Out) count) =>
        [new(count.In, _node, new(DirectionTag, "in")), new(count.Out, _node, new(DirectionTag, "out"))];
}
