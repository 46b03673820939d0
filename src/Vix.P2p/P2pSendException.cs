namespace Vix.P2p;

/// <summary>
/// Something was not sent, or was not answered, for a reason on this side or on the way. What the other side's handler
/// says no with is a <see cref="P2pRemoteException"/>.
/// </summary>
public sealed class P2pSendException : Exception
{
    /// <summary>Makes the exception of something that was not sent or not answered.</summary>
    /// <param name="peer">Whom it was for.</param>
    /// <param name="protocol">The protocol; null where none is concerned.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">The cause in words.</param>
    public P2pSendException(PeerId peer, string? protocol, P2pReason reason, string message)
        : base(message)
    {
        Peer = peer;
        Protocol = protocol;
        Reason = reason;
    }

    /// <summary>Whom it was for.</summary>
    public PeerId Peer { get; }

    /// <summary>The protocol; null where none is concerned.</summary>
    public string? Protocol { get; }

    /// <summary>Why.</summary>
    public P2pReason Reason { get; }
}
