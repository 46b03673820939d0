namespace Vix.P2p.Diagnostics;

/// <summary>Where a collector's questions are answered; each may be asked from any thread, and waits for nothing.</summary>
internal sealed record NodeMetricSources
{
    public required Func<long> QueuedBytes { get; init; }

    public required Func<long> WaitingSends { get; init; }

    public required Func<(long In, long Out)> Messages { get; init; }

    public required Func<long> HandlerFailures { get; init; }
}
