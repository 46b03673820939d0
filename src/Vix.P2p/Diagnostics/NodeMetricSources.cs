namespace Vix.P2p.Diagnostics;

/// <summary>
/// Where a collector's questions are answered; each may be asked from any thread, and takes no lock that messages go
/// through.
/// </summary>
internal sealed record NodeMetricSources
{
    public required Func<IReadOnlyList<PeerCount>> Peers { get; init; }

    public required Func<long> ConnectAttempts { get; init; }

    public required Func<long> HandshakesUnderWay { get; init; }

    public required Func<(long In, long Out)> Bytes { get; init; }

    public required Func<(long In, long Out)> Messages { get; init; }

    public required Func<(long Inbound, long Outbound)> Streams { get; init; }

    public required Func<long> QueuedBytes { get; init; }

    public required Func<long> WaitingSends { get; init; }

    public required Func<IReadOnlyDictionary<string, long>> Rejections { get; init; }

    public required Func<long> InvalidFrames { get; init; }

    public required Func<long> HandlerFailures { get; init; }
}
