namespace Vix.P2p.Diagnostics;

/// <summary>How many peers are in one state, of those that one side dialled.</summary>
internal readonly record struct PeerCount(PeerState State, PeerDirection Direction, long Peers);
