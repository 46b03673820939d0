namespace Vix.P2p;

/// <summary>How far a dial has come.</summary>
public enum ConnectAttemptState
{
    /// <summary>It waits for its turn, resolves a name or opens a transport connection.</summary>
    Connecting,

    /// <summary>A transport connection is open and both sides prove who they are.</summary>
    Handshaking,

    /// <summary>The peer is Ready, by this dial or by a connection of its own.</summary>
    Connected,

    /// <summary>It has ended without a peer.</summary>
    Failed,
}
