namespace Vix.P2p;

/// <summary>A connect did not end in Ready.</summary>
public sealed class P2pConnectException : Exception
{
    /// <summary>Makes the exception of a failed connect.</summary>
    /// <param name="endpoint">What was dialled.</param>
    /// <param name="reason">Why it failed.</param>
    /// <param name="message">The cause in words.</param>
    public P2pConnectException(PeerEndpoint endpoint, P2pReason reason, string message)
        : base(message)
    {
        Endpoint = endpoint;
        Reason = reason;
    }

    /// <summary>What was dialled.</summary>
    public PeerEndpoint Endpoint { get; }

    /// <summary>Why it failed.</summary>
    public P2pReason Reason { get; }
}
