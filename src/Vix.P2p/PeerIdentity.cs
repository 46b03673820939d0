using Vix.P2p.Handshake;

namespace Vix.P2p;

/// <summary>The identity of a node outside a node: its file, and the id that follows from it.</summary>
public static class PeerIdentity
{
    /// <summary>
    /// The id of the node whose private key is in a file, which is made (with mode 0600) when it is not there: the same
    /// that a node does with <see cref="P2pNodeOptions.IdentityPath"/>. Of several processes that make it at once all
    /// end with the same one.
    /// </summary>
    /// <param name="path">The file: PKCS#8 in PEM, P-256.</param>
    /// <returns>The id, to be given to others before the node runs.</returns>
    /// <exception cref="P2pStartException">The file cannot be made or read, others can read it, or it holds no such key.</exception>
    public static PeerId LoadOrCreate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using NodeIdentity identity = NodeIdentity.LoadOrCreate(path, nameof(path));
        return identity.Id;
    }
}
