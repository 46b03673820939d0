using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Vix.P2p.Diagnostics;

/// <summary>
/// Something that lasts and has an outcome, from here to its <see cref="End"/>: measured, and a span where somebody
/// traces. It is made only where somebody listens.
/// </summary>
internal sealed class Observation(Histogram<double> duration, KeyValuePair<string, object?> node, KeyValuePair<string, object?> kind, Activity? span, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private bool _ended;

    /// <summary>Its span; null where nobody traces it.</summary>
    public Activity? Span => span;

    /// <summary>Says to which peer it turned out to lead.</summary>
    public void Reach(PeerId id)
    {
        if (span is not null && id != default)
            span.SetTag(TelemetryTags.PeerId, id.ToString());
    }

    /// <summary>The first end stands.</summary>
    /// <param name="reason">None, or why it failed.</param>
    /// <param name="status">The code of a Failure, where one was the answer.</param>
    public void End(P2pReason reason, int? status = null)
    {
        if (_ended)
            return;
        _ended = true;
        TagList tags = default;
        tags.Add(node);
        if (kind.Key is not null)
            tags.Add(kind);
        if (reason != P2pReason.None)
            tags.Add(TelemetryTags.ErrorType, reason.ToCode());
        // While the span is the current one, so that a collector can lead from the figure to it.
        duration.Record(time.GetElapsedTime(_began).TotalSeconds, tags);
        if (span is null)
            return;
        if (status is { } code)
            span.SetTag(TelemetryTags.RpcStatus, code.ToString(CultureInfo.InvariantCulture));
        if (reason != P2pReason.None)
        {
            span.SetTag(TelemetryTags.ErrorType, reason.ToCode());
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }
}
