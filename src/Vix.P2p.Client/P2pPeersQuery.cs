namespace Vix.P2p.Client;

/// <summary>Which peers are asked for, in which order and how many. What is null is left to the server.</summary>
public sealed record P2pPeersQuery
{
    /// <summary>The states wanted, such as <c>Connected</c> and <c>Stale</c>; empty for all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary><c>inbound</c> or <c>outbound</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>A text that the row must contain.</summary>
    public string? Search { get; init; }

    /// <summary>A protocol that the peer must speak, such as <c>chat/1</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary><c>id</c>, <c>rtt</c>, <c>last_seen</c> or <c>bytes</c>.</summary>
    public string? Sort { get; init; }

    /// <summary><c>asc</c> or <c>desc</c>.</summary>
    public string? Order { get; init; }

    /// <summary>The most rows of one answer, 1 to 5,000; the server's default is 1,000.</summary>
    public int? Limit { get; init; }

    /// <summary>Where to go on: <c>NextCursor</c> of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>The revision that is known already; with <see cref="Wait"/> the answer waits for another.</summary>
    public long? Revision { get; init; }

    /// <summary>How long to wait for a revision other than <see cref="Revision"/>, at most 60 s.</summary>
    public TimeSpan? Wait { get; init; }
}
