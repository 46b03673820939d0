using System.Collections.Concurrent;
using System.Diagnostics;
using Vix.P2p.Diagnostics;

namespace Vix.P2p.Tests.Testing;

/// <summary>Somebody who traces: the spans of all nodes, as they end.</summary>
internal sealed class TraceSink : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    /// <param name="sample">Decides for each span; null for all.</param>
    public TraceSink(SampleActivity<ActivityContext>? sample = null)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == NodeTelemetry.SourceName,
            Sample = sample ?? ((ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>The spans of one node with one name, once there are that many.</summary>
    public async Task<IReadOnlyList<Activity>> ReadAsync(string node, string name, int count = 1)
    {
        await Waiting.UntilAsync(() => Find().Count >= count, () => string.Join('\n', _ended.Select(span => $"{span.GetTagItem("vix.p2p.node")} {span.OperationName}")));
        return Find();

        List<Activity> Find() => [.. _ended.Where(span => span.OperationName == name && node.Equals(span.GetTagItem("vix.p2p.node")))];
    }

    public void Dispose() => _listener.Dispose();
}
