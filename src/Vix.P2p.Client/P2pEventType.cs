namespace Vix.P2p.Client;

/// <summary>The types of <see cref="Contracts.P2pEvent"/>. A newer server may send others; they are passed on.</summary>
public static class P2pEventType
{
    /// <summary>A dial began.</summary>
    public const string PeerConnecting = "peer_connecting";

    /// <summary>A peer is connected.</summary>
    public const string PeerConnected = "peer_connected";

    /// <summary>A connected peer has been silent for a while.</summary>
    public const string PeerStale = "peer_stale";

    /// <summary>A connection has ended.</summary>
    public const string PeerDisconnected = "peer_disconnected";

    /// <summary>A dial failed.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>A handshake failed.</summary>
    public const string HandshakeFailed = "handshake_failed";

    /// <summary>The status of the node: at the beginning, and as often as was asked for.</summary>
    public const string Status = "status";

    /// <summary>Events are missing here: read the list of peers again.</summary>
    public const string Resync = "resync";
}
