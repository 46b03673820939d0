namespace Vix.P2p.Peers.Queries;

/// <summary>
/// Where a row stands in an order. It says all that the order compares, so that a page can begin after a row that is
/// gone.
/// </summary>
/// <param name="Sequence">The row's place among all rows there ever were; no two have the same.</param>
/// <param name="Value">What is compared first; rises with the order.</param>
/// <param name="Id">What is compared next; null where the order is not by id, or the row has none.</param>
/// <param name="Missing">Whether the row has no value to compare, and so comes last.</param>
internal readonly record struct PeerPosition(long Sequence, long Value, PeerId? Id, bool Missing);
