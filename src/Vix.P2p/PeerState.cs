namespace Vix.P2p;

/// <summary>Where a peer is in its life.</summary>
public enum PeerState
{
    /// <summary>A transport connection to it is being opened.</summary>
    Connecting,

    /// <summary>Connected by the transport; not yet Ready on both sides.</summary>
    Handshaking,

    /// <summary>Ready: authenticated, encrypted, alive.</summary>
    Connected,

    /// <summary>Connected, and silent for longer than <see cref="P2pNodeOptions.StaleAfter"/>; counts as connected.</summary>
    Stale,

    /// <summary>Not connected; will be dialled again.</summary>
    Disconnected,

    /// <summary>Not connected; will not be dialled again unless someone asks. Listed for a while with its reason.</summary>
    Closed,
}
