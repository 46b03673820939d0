namespace Vix.P2p.Client.Streams;

/// <summary>What reading on has come to.</summary>
internal enum SplitResult
{
    /// <summary>The input is used up.</summary>
    NeedMore,

    /// <summary>A whole one is there.</summary>
    Line,

    /// <summary>It is larger than the limit; nothing more can be read.</summary>
    TooLong,
}
