namespace Vix.P2p;

/// <summary>An endpoint that is kept connected, at one moment; it never changes.</summary>
public sealed record PersistentPeer
{
    /// <summary>What is dialled.</summary>
    public required PeerEndpoint Endpoint { get; init; }

    /// <summary>The key of its row, <see cref="PeerInfo.Key"/>. Several endpoints of one peer share a row.</summary>
    public required string Key { get; init; }

    /// <summary>The state of its row.</summary>
    public required PeerState State { get; init; }

    /// <summary>Whether it was disconnected by someone, until someone connects it again.</summary>
    public required bool Paused { get; init; }

    /// <summary>The peer's proven id; null until it is proven.</summary>
    public PeerId? Id { get; init; }

    /// <summary>The id that must answer; null where any may.</summary>
    public PeerId? ExpectedId { get; init; }

    /// <summary>Dials made for its row.</summary>
    public long Attempts { get; init; }

    /// <summary>How long until the next dial; null when none is planned.</summary>
    public TimeSpan? NextAttemptIn { get; init; }

    /// <summary>The last failure; null when there was none.</summary>
    public PeerError? LastError { get; init; }
}
