namespace Vix.P2p.Messages;

/// <summary>Why a stream, or one direction of it, broke off.</summary>
internal sealed record StreamFault(P2pReason Reason, int Code, string Message)
{
    public static StreamFault AbortedHere(int code) => new(P2pReason.StreamAborted, code, $"This side aborted the stream (code {code}).");

    public static StreamFault AbortedThere(int code) => new(P2pReason.StreamAborted, P2pErrorCode.Known(code), $"The other side aborted the stream (code {P2pErrorCode.Known(code)}).");

    /// <summary>The other side reads no more; for writes alone.</summary>
    public static StreamFault Stopped(int code) => new(P2pReason.StreamAborted, P2pErrorCode.Known(code), $"The other side reads no more of the stream (code {P2pErrorCode.Known(code)}).");

    public static StreamFault Ended(P2pReason reason) => new(reason, P2pErrorCode.None, $"The connection has ended ({reason.ToCode()}).");

    /// <summary>One exception for each who is told: its stack is theirs.</summary>
    public P2pStreamException ToException() => new(Reason, Code, Message);
}
