namespace Vix.P2p.Cli.Output;

/// <summary>Whoever read the output has had enough of it, such as <c>head</c>.</summary>
internal sealed class OutputClosedException : Exception
{
    public OutputClosedException(Exception innerException)
        : base("The output is closed.", innerException)
    {
    }
}
