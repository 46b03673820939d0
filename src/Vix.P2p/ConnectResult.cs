namespace Vix.P2p;

/// <summary>What was decided about a connect, at once and without waiting for the network.</summary>
/// <param name="Started">Whether a dial was started by this call.</param>
/// <param name="Endpoint">What is dialled.</param>
/// <param name="Reason">Why none was started; <see cref="P2pReason.None"/> when one was.</param>
public sealed record ConnectResult(bool Started, PeerEndpoint Endpoint, P2pReason Reason)
{
    /// <summary>The attempt that was started or joined; null when there is none.</summary>
    public string? AttemptId { get; init; }

    /// <summary>The state of the endpoint's row after the decision; null when it has none.</summary>
    public PeerState? State { get; init; }

    /// <summary>How long the backoff still takes; null unless that is the reason.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
