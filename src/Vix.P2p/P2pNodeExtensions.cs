namespace Vix.P2p;

/// <summary>Shorter forms of what a node does.</summary>
public static class P2pNodeExtensions
{
    /// <summary>Sends a one-way message if there is room for it, and never waits.</summary>
    /// <param name="node">The node.</param>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="payload">Copied before the call returns.</param>
    /// <returns>Whether the message is in the peer's send queue.</returns>
    public static bool TrySend(this IP2pNode node, PeerId peer, string protocol, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.TrySend(peer, protocol, payload, out _);
    }
}
