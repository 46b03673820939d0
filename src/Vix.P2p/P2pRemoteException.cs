namespace Vix.P2p;

/// <summary>
/// The other side's handler answered a request with an error. A handler throws it to send just that code and text;
/// whatever else it throws is sent as <see cref="P2pErrorCode.HandlerFailed"/> and no text.
/// </summary>
public sealed class P2pRemoteException : Exception
{
    /// <summary>The most a text may have, in bytes of UTF-8: 256. A longer one is cut.</summary>
    public const int MaxTextBytes = 256;

    /// <summary>Makes the error.</summary>
    /// <param name="code">0 to 2^28 − 1; numbers below 64 are those of <see cref="P2pErrorCode"/>.</param>
    /// <param name="text">
    /// What the caller is told. As it came from a peer it is printable, cut to <see cref="MaxTextBytes"/>, and nothing
    /// to trust.
    /// </param>
    /// <param name="innerException">The cause, which stays with this node; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is out of its range.</exception>
    public P2pRemoteException(int code, string text, Exception? innerException = null)
        : base(text, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, P2pErrorCode.Last);
        ArgumentNullException.ThrowIfNull(text);
        Code = code;
    }

    /// <summary>The code.</summary>
    public int Code { get; }
}
