namespace Vix.P2p.Peers;

/// <summary>
/// Two nodes that dial each other (docs/protocol.md, section 4), as pure decisions. Each node keeps one claim a peer
/// id, taken by its own first event: sending Finish to that id, or receiving a valid Finish from it.
/// </summary>
internal static class ClaimRules
{
    /// <summary>The responder at Finish.</summary>
    /// <param name="own">This node's id.</param>
    /// <param name="remote">The id that sent Finish.</param>
    /// <param name="holder">The direction of the connection that holds the claim; null when none does.</param>
    /// <param name="holderEstablished">When the holder was established; 0 while it is pending.</param>
    /// <param name="ackSent">When this connection's Ack was sent, in the same count.</param>
    public static ClaimDecision AtFinish(PeerId own, PeerId remote, PeerDirection? holder, long holderEstablished, long ackSent)
    {
        if (holder is null)
            return ClaimDecision.Take;
        // The dials crossed: the peer could not know of ours when it went on past our Ack, so the ids decide, and
        // both sides decide the same.
        bool crossed = holder == PeerDirection.Outbound && (holderEstablished == 0 || holderEstablished > ackSent);
        if (crossed)
            return own > remote ? ClaimDecision.Refuse : ClaimDecision.TakeFromDial;
        // The peer knew that it had this connection and dialled all the same: it has lost it.
        return ClaimDecision.Replace;
    }
}
