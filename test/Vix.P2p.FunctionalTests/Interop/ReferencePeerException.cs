namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>What the other side did against protocol.md, or that the conversation ended in the middle of something.</summary>
internal sealed class ReferencePeerException : Exception
{
    public ReferencePeerException(string message)
        : base(message)
    {
    }

    public ReferencePeerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
