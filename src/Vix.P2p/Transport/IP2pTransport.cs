using System.Net;

namespace Vix.P2p.Transport;

/// <summary>
/// A way to carry bytes between two nodes. A node picks it by the scheme of the endpoint. Encryption, limits and
/// policy are the node's; a transport only resolves, dials, listens and moves bytes.
/// </summary>
public interface IP2pTransport
{
    /// <summary>The scheme of its endpoints, in lower case, such as <c>tcp</c>.</summary>
    string Scheme { get; }

    /// <summary>The addresses an endpoint stands for, in the order to try them. The node checks each before it dials.</summary>
    /// <param name="endpoint">What is to be dialled; its scheme is this transport's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="P2pTransportException">The name has no address.</exception>
    ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Opens a connection to one address that <see cref="ResolveAsync"/> gave.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="P2pTransportException">It could not be opened; the reason says why.</exception>
    ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken);

    /// <summary>Begins to listen; connections can come in as soon as it returns.</summary>
    /// <param name="options">Where, and who is let in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="P2pTransportException">The address cannot be bound.</exception>
    ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken);
}
