namespace Vix.P2p;

/// <summary>Some rows of the peer table at one moment.</summary>
/// <param name="Revision">Rises when a row comes, goes or changes state; not with ages and counters.</param>
/// <param name="Total">Rows in the table.</param>
/// <param name="Matched">Rows that the query takes, on this page or not.</param>
/// <param name="Peers">The rows of this page, in the order of the query.</param>
/// <param name="Next">Where the next page begins, for <see cref="PeerQuery.Cursor"/>; null when this is the last one.</param>
public sealed record PeerPage(long Revision, int Total, int Matched, IReadOnlyList<PeerInfo> Peers, string? Next);
