namespace Vix.P2p;

/// <summary>All rows of the peer table at one moment.</summary>
/// <param name="Revision">Rises when a row comes, goes or changes state; not with ages and counters.</param>
/// <param name="Peers">The rows, oldest first.</param>
public sealed record PeerList(long Revision, IReadOnlyList<PeerInfo> Peers);
