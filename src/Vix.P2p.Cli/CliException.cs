namespace Vix.P2p.Cli;

/// <summary>A command cannot go on, and says so to its user.</summary>
internal sealed class CliException : Exception
{
    /// <param name="code">The exit code.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">What to do about it; null where the message says it.</param>
    /// <param name="innerException">The cause.</param>
    public CliException(int code, string message, string? hint = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Hint = hint;
    }

    public int Code { get; }

    public string? Hint { get; }
}
