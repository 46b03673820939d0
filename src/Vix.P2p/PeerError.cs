namespace Vix.P2p;

/// <summary>The last thing that went wrong with a peer or a node.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Message">The cause in words; holds nothing secret and nothing a peer wrote.</param>
/// <param name="At">When, by the wall clock in UTC.</param>
/// <param name="Endpoint">The endpoint it happened with; null when it was none.</param>
public sealed record PeerError(P2pReason Reason, string Message, DateTimeOffset At, string? Endpoint = null);
