namespace Vix.P2p.Http.Streams;

/// <summary>The node's status as the data of a status event.</summary>
/// <param name="Revision">The revision of the peer table then.</param>
/// <param name="State">The state of the node then.</param>
/// <param name="Json">The data, on one line.</param>
/// <param name="MadeAt">The timestamp of its making.</param>
internal sealed record StatusData(long Revision, NodeState State, byte[] Json, long MadeAt);
