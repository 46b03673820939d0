namespace Vix.P2p.Diagnostics;

/// <summary>Everything that can say no, in the words of the status (snake_case there).</summary>
internal enum NodeLimit
{
    MaxPeers,
    ConnectionsPerAddress,
    ConnectionsPerPrefix56,
    ConnectionsPerPrefix48,
    NewConnectionsPerSecond,
    HandleReserve,
    PendingHandshakes,
    PendingHandshakesPerAddress,
    HandshakeBytes,
    HandshakeBytesTotal,
    HandshakeTimeout,
    GatekeeperTimeout,
    EphemeralKeysKept,
    FrameTimeout,
    SendQueueBytes,
    SendQueueBytesTotal,
    SendTimeout,
    ReceiveQueueBytesTotal,
    RequestsPerPeer,
    StreamsPerPeer,
    Takeovers,
    MaxConcurrentDials,
    BackoffEntries,
    AddressBuckets,
    Bans,
    ClosedPeers,
}
