namespace Vix.P2p;

/// <summary>A change of the peer table.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Revision">The table's revision after it; no two events have the same.</param>
/// <param name="At">When, by the wall clock in UTC.</param>
/// <param name="Peer">The row after it; null for <see cref="PeerEventKind.Resync"/> and for strangers that have no row.</param>
/// <param name="Reason">Why; <see cref="P2pReason.None"/> when there is nothing to explain.</param>
public sealed record PeerEvent(PeerEventKind Kind, long Revision, DateTimeOffset At, PeerInfo? Peer, P2pReason Reason)
{
    /// <summary>
    /// Of <see cref="PeerEventKind.PeerDisconnected"/>: messages, requests and responses that were in the send queue
    /// and have not gone to the transport. Those that have may still not have arrived. Where some wait when a connection
    /// begins to close, the event comes when it has ended, within a second; or just before the next event of the same
    /// peer, and then counts what waits at that moment.
    /// </summary>
    public long UnsentMessages { get; init; }
}
