namespace Vix.P2p;

/// <summary>Who dialled.</summary>
public enum PeerDirection
{
    /// <summary>This node dialled the peer.</summary>
    Outbound,

    /// <summary>The peer dialled this node.</summary>
    Inbound,
}
