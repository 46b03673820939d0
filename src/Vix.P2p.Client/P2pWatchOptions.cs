namespace Vix.P2p.Client;

/// <summary>What is watched, and from where.</summary>
public sealed record P2pWatchOptions
{
    /// <summary>
    /// How often the status is sent along, 500 ms to 60 s in whole milliseconds; zero for at the beginning only. Null is
    /// left to the server, which sends it every 2 s.
    /// </summary>
    public TimeSpan? StatusInterval { get; init; }

    /// <summary>
    /// Continues after this event: <c>{instance}-{revision}</c>, of the status and of the last event seen. The server
    /// begins with <see cref="P2pEventType.Resync"/> where it cannot. Null for from now on.
    /// </summary>
    public string? LastEventId { get; init; }

    /// <summary>
    /// Whether the first connection is tried until it comes about, as later ones are. False by default: where nothing
    /// answers at first, the watch throws.
    /// </summary>
    public bool WaitForServer { get; init; }
}
