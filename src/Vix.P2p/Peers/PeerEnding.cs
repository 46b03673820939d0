namespace Vix.P2p.Peers;

/// <summary>What of a row is to be ended when its peer is disconnected.</summary>
/// <param name="Dial">The row's dial; null when there is none.</param>
/// <param name="Other">The dial that holds the claim while it is not the row's; null when there is none.</param>
/// <param name="Link">The link that the row shows; null when there is none.</param>
internal sealed record PeerEnding(DialAttempt? Dial, DialAttempt? Other, PeerLink? Link);
