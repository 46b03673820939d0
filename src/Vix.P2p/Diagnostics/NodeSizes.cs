namespace Vix.P2p.Diagnostics;

/// <summary>
/// What a node holds beside what its status shows: for a soak, which sees by it whether each of them comes back to
/// nothing when the peers are gone.
/// </summary>
internal sealed record NodeSizes
{
    /// <summary>Tasks that the node has started and not seen the end of.</summary>
    public required int Tasks { get; init; }

    /// <summary>Handlers that run or wait for their turn.</summary>
    public required int Handlers { get; init; }

    /// <summary>Connections that hold a socket.</summary>
    public required int Connections { get; init; }

    /// <summary>Places of the peer table that are taken.</summary>
    public required int Claims { get; init; }

    /// <summary>Dials that have not ended.</summary>
    public required int Dials { get; init; }

    /// <summary>Inbound handshakes under way.</summary>
    public required int PendingHandshakes { get; init; }

    /// <summary>Addresses and prefixes that an inbound handshake is counted for.</summary>
    public required int PendingAddresses { get; init; }

    /// <summary>Addresses whose rate is remembered.</summary>
    public required int AddressBuckets { get; init; }

    /// <summary>Addresses and prefixes that have a connection.</summary>
    public required int ConnectedAddresses { get; init; }

    /// <summary>Bytes that wait to be sent.</summary>
    public required long SendBytes { get; init; }

    /// <summary>Bytes that have come and that nobody has taken.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Sends that wait for room.</summary>
    public required long WaitingSends { get; init; }

    /// <summary>Streams that are open, both directions.</summary>
    public required long Streams { get; init; }
}
