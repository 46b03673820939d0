namespace Vix.P2p;

/// <summary>What rows are ordered by; those of the same value by the order in which they came.</summary>
public enum PeerSort
{
    /// <summary>The order in which the rows came.</summary>
    Added,

    /// <summary>The peer's proven id; rows without one come last.</summary>
    Id,

    /// <summary>The last round trip of a heartbeat; rows without one come last.</summary>
    Rtt,

    /// <summary>The age of the last frame; rows without one come last.</summary>
    LastSeen,

    /// <summary>Bytes received and sent together.</summary>
    Bytes,
}
