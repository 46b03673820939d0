using Vix.P2p.Handshake;

namespace Vix.P2p.Connections;

/// <summary>How a handshake ended: with keys, or with a reason and its cause in words for the local log.</summary>
internal sealed record HandshakeResult(P2pReason Reason, string Detail)
{
    /// <summary>Cancelled before its turn came; whoever did it knows why.</summary>
    public static HandshakeResult GivenUp { get; } = Failed(P2pReason.Overload, "It was given up.");

    public PeerId RemoteId { get; init; }

    /// <summary>The keys; null when the handshake failed. Whoever takes them disposes them.</summary>
    public SessionKeys? Keys { get; init; }

    /// <summary>The initiator's introduction, which Finish carries; null on the initiator's own side.</summary>
    public Introduction? Introduction { get; init; }

    /// <summary>What this side's Ack took of its budget; zero on the initiator's own side.</summary>
    public TimeSpan AckTook { get; init; }

    /// <summary>What was wrong with a message; None when it failed in another way.</summary>
    public HandshakeFault Fault { get; init; }

    public static HandshakeResult Failed(P2pReason reason, string detail) => new(reason, detail);

    /// <summary>The peer gives no reason when it cannot trust the one who asks, so the likely ones are named here.</summary>
    public static HandshakeResult RefusedBeforeAck() => Failed(
        P2pReason.RefusedBeforeAck,
        "The peer closed before its Ack: network key, network name or version may differ, or it does not take newcomers now.");

    public static HandshakeResult Failed(HandshakeFault fault)
    {
        P2pReason reason = fault == HandshakeFault.SelfConnection ? P2pReason.Self : P2pReason.HandshakeFailed;
        return new HandshakeResult(reason, fault.Describe()) { Fault = fault };
    }
}
