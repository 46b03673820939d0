namespace Vix.P2p.Peers;

/// <summary>What becomes of a peer id's claim when a Finish comes.</summary>
internal enum ClaimDecision
{
    /// <summary>Nobody holds it.</summary>
    Take,

    /// <summary>It moves here from our own dial, which is dropped.</summary>
    TakeFromDial,

    /// <summary>Our own dial keeps it.</summary>
    Refuse,

    /// <summary>It moves here from a connection that the peer has lost.</summary>
    Replace,
}
