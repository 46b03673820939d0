namespace Vix.P2p.Peers;

/// <summary>What the table decided about a connect.</summary>
/// <param name="Result">For the caller.</param>
/// <param name="Attempt">The dial that was started or is joined; null when there is none.</param>
/// <param name="Row">The endpoint's row; null when it has none.</param>
internal sealed record ConnectRequest(ConnectResult Result, DialAttempt? Attempt, PeerRow? Row);
