namespace Vix.P2p;

/// <summary>One dial at one moment; it never changes.</summary>
public sealed record ConnectAttempt
{
    /// <summary>Names the attempt, as in <see cref="ConnectResult.AttemptId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What was dialled.</summary>
    public required PeerEndpoint Endpoint { get; init; }

    /// <summary>How far it has come.</summary>
    public required ConnectAttemptState State { get; init; }

    /// <summary>When it began, by the wall clock in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, or has taken so far.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The key of the row that it belongs to, <see cref="PeerInfo.Key"/>.</summary>
    public required string Key { get; init; }

    /// <summary>The id that the peer proved; null until it did.</summary>
    public PeerId? PeerId { get; init; }

    /// <summary>The id that has to answer; null where any may.</summary>
    public PeerId? ExpectedId { get; init; }

    /// <summary>The address that was reached; null where none was.</summary>
    public string? RemoteEndpoint { get; init; }

    /// <summary>Why it failed; <see cref="P2pReason.None"/> while it has not.</summary>
    public P2pReason Reason { get; init; }

    /// <summary>The cause in words; null while it has not failed.</summary>
    public string? Message { get; init; }
}
