namespace Vix.P2p;

/// <summary>A ban at one moment; it never changes.</summary>
/// <param name="Id">The peer's id.</param>
/// <param name="BannedAt">When it was banned, by the wall clock in UTC.</param>
/// <param name="Remaining">How long the ban still lasts.</param>
/// <param name="Duration">How long it lasts in all.</param>
public sealed record PeerBan(PeerId Id, DateTimeOffset BannedAt, TimeSpan Duration, TimeSpan Remaining);
