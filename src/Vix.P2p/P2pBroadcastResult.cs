namespace Vix.P2p;

/// <summary>What became of a broadcast for one peer.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Reason"><see cref="P2pReason.None"/> when the message is in the peer's send queue, else why it is not.</param>
public readonly record struct P2pBroadcastResult(PeerId Peer, P2pReason Reason)
{
    /// <summary>Whether the message is in the peer's send queue.</summary>
    public bool IsQueued => Reason == P2pReason.None;
}
