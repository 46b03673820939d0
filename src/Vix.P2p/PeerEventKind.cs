namespace Vix.P2p;

/// <summary>What a <see cref="PeerEvent"/> tells.</summary>
public enum PeerEventKind
{
    /// <summary>A dial has begun.</summary>
    PeerConnecting,

    /// <summary>A peer is Ready.</summary>
    PeerConnected,

    /// <summary>A peer has been silent too long, or speaks again (see the row's state).</summary>
    PeerStale,

    /// <summary>A connection has ended.</summary>
    PeerDisconnected,

    /// <summary>A dial has failed.</summary>
    ConnectFailed,

    /// <summary>A handshake has failed.</summary>
    HandshakeFailed,

    /// <summary>The watcher was too slow and events are missing: read the peers again.</summary>
    Resync,
}
