using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>
/// What a connection tells the peer table. Called from the connection's read loop, the heartbeat or whoever
/// closes it, under no lock of the table; each returns at once.
/// </summary>
internal interface IConnectionObserver
{
    /// <summary>The responder is Ready; only a connection that this node dialled says so, once and before any other frame.</summary>
    void Ready(Introduction introduction);

    /// <summary>The responder rejected this node; the connection closes.</summary>
    void Rejected(RejectCode code);

    /// <summary>
    /// The connection begins to close; called once, from whoever closes it. It carries nothing from now on, and only
    /// its last bytes still go out.
    /// </summary>
    void Closing(P2pReason reason);

    /// <summary>The peer has been silent too long, or speaks again.</summary>
    void StaleChanged(bool stale);
}
