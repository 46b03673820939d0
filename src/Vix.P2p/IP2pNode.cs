namespace Vix.P2p;

/// <summary>
/// A secure peer-to-peer node. All members may be called from any thread; those that return no task never wait, and
/// what they return is a snapshot that never changes.
/// </summary>
public interface IP2pNode : IAsyncDisposable
{
    /// <summary>Loads the identity and binds the listener; persistent peers are dialled from then on.</summary>
    /// <param name="cancellationToken">Gives up; the node is then stopped.</param>
    /// <exception cref="P2pStartException">The identity cannot be read or the address cannot be bound.</exception>
    /// <exception cref="InvalidOperationException">The node was started before; a stopped node is not started again.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Stops: tells the peers, waits for them, aborts what is left. A second call awaits the first.</summary>
    /// <param name="cancellationToken">Ends the waiting; what is left is aborted.</param>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks for a connection and returns at once with what was decided.</summary>
    /// <param name="endpoint">Where to dial.</param>
    /// <param name="options">How; null for the defaults.</param>
    ConnectResult Connect(PeerEndpoint endpoint, ConnectOptions? options = null);

    /// <summary>
    /// Asks for a connection and completes when it is Ready. A dial that is under way, or a connection that exists, is
    /// shared.
    /// </summary>
    /// <param name="endpoint">Where to dial.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends this waiting; the dial goes on for others.</param>
    /// <returns>The peer's row.</returns>
    /// <exception cref="P2pConnectException">It did not become Ready; the exception's reason says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<PeerInfo> ConnectAsync(PeerEndpoint endpoint, ConnectOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Closes the connection to a peer, or ends its dial, and returns at once; a persistent peer is paused until someone
    /// connects it.
    /// </summary>
    /// <param name="id">The peer's id.</param>
    /// <returns>False when no such peer is connected or dialled.</returns>
    bool Disconnect(PeerId id);

    /// <summary>
    /// Closes the connection to an endpoint, or ends its dial, and returns at once; a persistent one is paused until
    /// someone connects it.
    /// </summary>
    /// <param name="endpoint">The endpoint of the peer's row.</param>
    /// <returns>False when no such peer is connected or dialled.</returns>
    bool Disconnect(PeerEndpoint endpoint);

    /// <summary>Does what <see cref="Disconnect(PeerId)"/> does, and completes when the connection has ended.</summary>
    /// <param name="id">The peer's id.</param>
    /// <param name="cancellationToken">Ends the waiting; the close goes on.</param>
    /// <returns>False when no such peer is connected or dialled.</returns>
    Task<bool> DisconnectAsync(PeerId id, CancellationToken cancellationToken = default);

    /// <summary>Does what <see cref="Disconnect(PeerEndpoint)"/> does, and completes when the connection has ended.</summary>
    /// <param name="endpoint">The endpoint of the peer's row.</param>
    /// <param name="cancellationToken">Ends the waiting; the close goes on.</param>
    /// <returns>False when no such peer is connected or dialled.</returns>
    Task<bool> DisconnectAsync(PeerEndpoint endpoint, CancellationToken cancellationToken = default);

    /// <summary>The node at this moment.</summary>
    NodeStatus GetStatus();

    /// <summary>The peers at this moment.</summary>
    PeerList GetPeers();

    /// <summary>One peer at this moment; false when none has that id.</summary>
    /// <param name="id">The peer's proven id.</param>
    /// <param name="peer">The peer's row.</param>
    bool TryGetPeer(PeerId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerInfo? peer);

    /// <summary>One peer at this moment; false when no row has that endpoint.</summary>
    /// <param name="endpoint">An endpoint that was dialled, or the one that the row shows.</param>
    /// <param name="peer">The peer's row.</param>
    bool TryGetPeer(PeerEndpoint endpoint, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerInfo? peer);

    /// <summary>One row at this moment; false when there is none of that key.</summary>
    /// <param name="key">The row's <see cref="PeerInfo.Key"/>, or a peer's id as text.</param>
    /// <param name="peer">The row.</param>
    bool TryGetPeer(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerInfo? peer);

    /// <summary>
    /// The changes from now on. A watcher that is slower than 256 events misses some and is told so by
    /// <see cref="PeerEventKind.Resync"/>. Ends when the node has stopped.
    /// </summary>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<PeerEvent> WatchAsync(CancellationToken cancellationToken = default);
}
