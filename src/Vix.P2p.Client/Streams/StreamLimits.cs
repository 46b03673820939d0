namespace Vix.P2p.Client.Streams;

/// <summary>What a stream may cost its reader.</summary>
internal static class StreamLimits
{
    /// <summary>The most bytes of a line, and of the data of an event.</summary>
    public const int LineBytes = 1024 * 1024;

    /// <summary>What is read at a time.</summary>
    public const int ReadBytes = 16 * 1024;

    /// <summary>The longest id that is sent back; longer ones are no control plane's.</summary>
    public const int EventIdLetters = 256;

    /// <summary>A server comments every 15 s: a stream that is silent for three times as long is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);
}
