namespace Vix.P2p.Client;

/// <summary>How the connection of a watch is.</summary>
public sealed record P2pWatchState
{
    /// <summary>Whether events arrive; false while it is to be connected again.</summary>
    public required bool IsConnected { get; init; }

    /// <summary>Why it is not connected; null where it is, and where the server ended the stream.</summary>
    public Exception? Error { get; init; }

    /// <summary>When the next try is made, counted from this report; null where it is connected.</summary>
    public TimeSpan? RetryIn { get; init; }

    /// <summary>Tries that failed since events last arrived.</summary>
    public int Failures { get; init; }
}
