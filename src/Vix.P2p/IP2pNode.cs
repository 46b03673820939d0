using System.Buffers;

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

    /// <summary>
    /// One page of the peers that a query takes. From page to page, in the order in which the rows came, each row that is
    /// there all the while is listed once, whatever comes and goes meanwhile; in another order that holds for rows whose
    /// value stays.
    /// </summary>
    /// <param name="query">Which rows, in which order, and from where on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The query's limit, sort, or the length of a text is out of its range.</exception>
    /// <exception cref="FormatException">The query's cursor is broken, or belongs to another query or another run of the node.</exception>
    PeerPage GetPeers(PeerQuery query);

    /// <summary>
    /// The revision of the peer table, which rises when a row comes, goes or changes state; not with ages and counters.
    /// </summary>
    long Revision { get; }

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
    /// The changes from this call on. A watcher that is more than 1,024 events behind misses some and is told so by
    /// <see cref="PeerEventKind.Resync"/>. Ends when the node has stopped.
    /// </summary>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<PeerEvent> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The changes after a revision: that of the last event seen, or of a list of peers. Begins with
    /// <see cref="PeerEventKind.Resync"/> where they are no longer kept. Ends when the node has stopped.
    /// </summary>
    /// <param name="after">The revision; 0 for everything that is kept.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<PeerEvent> WatchAsync(long after, CancellationToken cancellationToken = default);

    /// <summary>Completes when the peer table's revision is another than the known one, or the node has stopped.</summary>
    /// <param name="known">The revision that is known, such as <see cref="PeerList.Revision"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The revision then.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<long> WaitForChangeAsync(long known, CancellationToken cancellationToken = default);

    /// <summary>The last 256 dials, newest first.</summary>
    IReadOnlyList<ConnectAttempt> GetAttempts();

    /// <summary>One of the last 256 dials; false when it is none of them.</summary>
    /// <param name="id">Its <see cref="ConnectAttempt.Id"/>.</param>
    /// <param name="attempt">The dial.</param>
    bool TryGetAttempt(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ConnectAttempt? attempt);

    /// <summary>The endpoints that are kept connected, those of paused peers too.</summary>
    IReadOnlyList<PersistentPeer> GetPersistentPeers();

    /// <summary>Keeps an endpoint connected no longer. A connection that exists, or a dial, stays.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>False when it is not kept connected.</returns>
    bool RemovePersistent(PeerEndpoint endpoint);

    /// <summary>
    /// Closes the connection to a peer and refuses it, in both directions, for a while; a persistent peer is paused. A
    /// ban lives as long as the node.
    /// </summary>
    /// <param name="id">The peer's id; it need not be known.</param>
    /// <param name="duration">How long, 1 ms to 365 days. It takes the place of an earlier ban of that peer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is out of its range.</exception>
    PeerBan Ban(PeerId id, TimeSpan duration);

    /// <summary>Ends a ban.</summary>
    /// <param name="id">The peer's id.</param>
    /// <returns>False when it is not banned.</returns>
    bool Unban(PeerId id);

    /// <summary>The bans in force, those that end first at the beginning.</summary>
    IReadOnlyList<PeerBan> GetBans();

    /// <summary>The last 1,000 log lines at Information or above, oldest first.</summary>
    IReadOnlyList<NodeLogLine> GetLogLines();

    /// <summary>
    /// The log lines after one, as far as they are kept, and then those to come. One who is more than 1,000 lines behind
    /// misses some, which <see cref="NodeLogLine.Sequence"/> shows. Ends when the node has stopped.
    /// </summary>
    /// <param name="after">The <see cref="NodeLogLine.Sequence"/> of the last line seen; 0 for all that are kept.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<NodeLogLine> WatchLogAsync(long after, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a one-way message. Completes when the message is in the peer's send queue, which promises nothing: see
    /// <see cref="FlushAsync"/>, and docs/messaging.md for order and delivery.
    /// </summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version, such as <c>chat/1</c>.</param>
    /// <param name="payload">Left alone until the task completes; 0 bytes up to the peer's largest message, 1 MiB by default.</param>
    /// <param name="cancellationToken">Ends the waiting; the message is then not sent.</param>
    /// <exception cref="P2pSendException">It was not queued; its reason says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask SendAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>Sends a one-way message if there is room for it, and never waits.</summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="payload">Copied before the call returns.</param>
    /// <param name="reason"><see cref="P2pReason.None"/> when it is queued, else why it is not.</param>
    /// <returns>Whether the message is in the peer's send queue.</returns>
    bool TrySend(PeerId peer, string protocol, ReadOnlySpan<byte> payload, out P2pReason reason);

    /// <summary>
    /// Sends a message to many peers at once; none of them holds up another. Completes when each message is queued or
    /// refused.
    /// </summary>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="payload">Left alone until the task completes.</param>
    /// <param name="peers">To whom, each once; null for all that are connected and speak the protocol.</param>
    /// <param name="wait">
    /// How long to wait for peers whose send queue is full, at most 1 day; zero, the default, is not at all. Those that
    /// are still full then are refused with <see cref="P2pReason.SendQueueFull"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; those still waited for are refused with <see cref="P2pReason.Cancelled"/>.</param>
    /// <returns>One result a peer, in the order of <paramref name="peers"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="wait"/> is out of its range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before anything was sent.</exception>
    Task<IReadOnlyList<P2pBroadcastResult>> BroadcastAsync(string protocol, ReadOnlyMemory<byte> payload, IEnumerable<PeerId>? peers = null, TimeSpan wait = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when everything that was in the peer's send queue at this moment has gone to the transport, which does
    /// not say that it arrived: only a response proves that.
    /// </summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="P2pSendException">The peer is not connected, or its connection ended first.</exception>
    ValueTask FlushAsync(PeerId peer, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and completes with its response.</summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="payload">Left alone until the task completes.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the other side's handler so.</param>
    /// <returns>The response, in an array of its own; it is the only thing allocated for it.</returns>
    /// <exception cref="P2pRemoteException">The other side answered with an error.</exception>
    /// <exception cref="P2pSendException">There was no answer; its reason says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<ReadOnlyMemory<byte>> RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and writes its response into a buffer of the caller's, without an allocation of its own.</summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="payload">Left alone until the task completes.</param>
    /// <param name="response">Takes the response, all at once and only on success.</param>
    /// <param name="timeout">How long to wait, 1 ms to 1 day; null for <see cref="P2pNodeOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the other side's handler so.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of its range.</exception>
    /// <exception cref="P2pRemoteException">The other side answered with an error.</exception>
    /// <exception cref="P2pSendException">There was no answer; its reason says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask RequestAsync(PeerId peer, string protocol, ReadOnlyMemory<byte> payload, IBufferWriter<byte> response, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a stream, which can be written at once; that the other side takes it shows by its first byte. A stream
    /// has a flow control of its own, and one that is not read stops no other.
    /// </summary>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="P2pSendException">It was not opened; its reason says why.</exception>
    ValueTask<P2pStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellationToken = default);
}
