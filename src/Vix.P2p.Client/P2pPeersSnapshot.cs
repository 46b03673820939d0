using Vix.P2p.Contracts;

namespace Vix.P2p.Client;

/// <summary>A list of peers and the tag by which the server tells whether it has changed.</summary>
/// <param name="Response">The list.</param>
/// <param name="ETag">The tag to ask with the next time; null where the server gave none.</param>
public sealed record P2pPeersSnapshot(P2pPeersResponse Response, string? ETag);
