namespace Vix.P2p;

/// <summary>A stream ended otherwise than by its end: it was aborted, or its connection ended.</summary>
public sealed class P2pStreamException : IOException
{
    /// <summary>Makes the exception of a stream that broke off.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="code">The code the other side gave; 0 when it gave none.</param>
    /// <param name="message">The cause in words.</param>
    public P2pStreamException(P2pReason reason, int code, string message)
        : base(message)
    {
        Reason = reason;
        Code = code;
    }

    /// <summary>Why: <see cref="P2pReason.StreamAborted"/>, or the reason the connection ended with.</summary>
    public P2pReason Reason { get; }

    /// <summary>The code the other side gave, a number of <see cref="P2pErrorCode"/> or of the application; 0 when it gave none.</summary>
    public int Code { get; }
}
