namespace Vix.P2p;

/// <summary>Which rows of the peer table are asked for; what is not set takes all of them.</summary>
public sealed record PeerQuery
{
    /// <summary>The largest <see cref="Limit"/>: 5,000.</summary>
    public const int MaxLimit = 5_000;

    /// <summary>The largest length of <see cref="Text"/> and of <see cref="Protocol"/>: 128 characters.</summary>
    public const int MaxTextLength = 128;

    /// <summary>Rows in one of these states; empty for all states.</summary>
    public IReadOnlyCollection<PeerState> States { get; init; } = [];

    /// <summary>Rows of this direction; null for both.</summary>
    public PeerDirection? Direction { get; init; }

    /// <summary>
    /// Rows that have this text, in either case, in their id, key, node id, endpoint or remote endpoint; null or empty for
    /// all.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Rows of peers that say they speak this protocol, by name and version; null or empty for all.</summary>
    public string? Protocol { get; init; }

    /// <summary>What the rows are ordered by.</summary>
    public PeerSort Sort { get; init; }

    /// <summary>Largest or newest first; rows that have no value to order by come last all the same.</summary>
    public bool Descending { get; init; }

    /// <summary>Rows of a page, 1 to <see cref="MaxLimit"/>. Default: 1,000.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>Where the page begins, the <see cref="PeerPage.Next"/> of the page before; null for the first page.</summary>
    public string? Cursor { get; init; }
}
