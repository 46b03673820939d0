using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Peers;

/// <summary>What the table decided about a valid Finish.</summary>
internal sealed record InboundDecision
{
    /// <summary>Who holds the claim now; null when the peer is rejected.</summary>
    public PeerLink? Link { get; init; }

    /// <summary>What the peer is told when it is rejected.</summary>
    public RejectCode Code { get; init; }

    /// <summary>Why, for this side's log.</summary>
    public P2pReason Reason { get; init; }

    /// <summary>Our own pending dial that gives way.</summary>
    public DialAttempt? DroppedDial { get; init; }

    /// <summary>The established connection that gives way, with <see cref="Reason"/>.</summary>
    public PeerConnection? DroppedConnection { get; init; }

    /// <summary>Whether the log says that the dropped connection's peer left.</summary>
    public bool Left { get; init; }

    /// <summary>A peer that may not come in; which rule it is that keeps it out is not told.</summary>
    public static InboundDecision Refuse(P2pReason reason) =>
        Reject(reason == P2pReason.ShuttingDown ? RejectCode.ShuttingDown : RejectCode.NotAllowed, reason);

    public static InboundDecision Reject(RejectCode code, P2pReason reason) => new() { Code = code, Reason = reason };
}
