namespace Vix.P2p.Transport;

/// <summary>A transport could not resolve, dial, bind or accept.</summary>
public sealed class P2pTransportException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why, in the node's words.</param>
    /// <param name="message">The cause.</param>
    /// <param name="innerException">What the system said.</param>
    public P2pTransportException(P2pReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>Why, in the node's words.</summary>
    public P2pReason Reason { get; }
}
