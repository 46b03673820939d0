namespace Vix.P2p.Client.Streams;

/// <summary>The types of events whose data this client knows.</summary>
internal static class KnownEvents
{
    public static bool Contains(string type) => type is P2pEventType.PeerConnecting or P2pEventType.PeerConnected
        or P2pEventType.PeerStale or P2pEventType.PeerDisconnected or P2pEventType.ConnectFailed
        or P2pEventType.HandshakeFailed or P2pEventType.Status or P2pEventType.Resync;
}
