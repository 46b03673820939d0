namespace Vix.P2p;

/// <summary>
/// Why something did not happen or came to an end: the one list that results, exceptions, events, logs and the
/// control plane share. Its text form is snake_case (<see cref="P2pReasonExtensions.ToCode"/>).
/// </summary>
public enum P2pReason
{
    /// <summary>No reason: nothing went wrong, or nothing has ended.</summary>
    None,

    // Decided at once, when a connect is asked for.

    /// <summary>A connection to that peer is established.</summary>
    AlreadyConnected,

    /// <summary>A dial to that endpoint is under way; a waiter shares it.</summary>
    InProgress,

    /// <summary>An earlier attempt failed and its wait is not over.</summary>
    Backoff,

    /// <summary>The endpoint is this node itself.</summary>
    Self,

    /// <summary>The node has as many peers as <see cref="P2pNodeOptions.MaxPeers"/> allows.</summary>
    PeerLimit,

    /// <summary>No transport of this node has that scheme.</summary>
    UnsupportedScheme,

    /// <summary>The address is refused by the dial policy.</summary>
    EndpointDenied,

    /// <summary>The node is not running.</summary>
    NotRunning,

    // The transport.

    /// <summary>The name has no address.</summary>
    NameNotFound,

    /// <summary>Nobody listens there.</summary>
    ConnectionRefused,

    /// <summary>No address answered in time.</summary>
    ConnectTimeout,

    /// <summary>There is no way to that address.</summary>
    Unreachable,

    /// <summary>The transport failed in another way.</summary>
    TransportFailed,

    // The handshake.

    /// <summary>The peer closed before its Ack: network key, network name or version may differ, or it is full.</summary>
    RefusedBeforeAck,

    /// <summary>The handshake was not complete in <see cref="P2pNodeOptions.HandshakeTimeout"/>.</summary>
    HandshakeTimeout,

    /// <summary>A message of the handshake was malformed or not authentic.</summary>
    HandshakeFailed,

    /// <summary>Another peer than the expected one answered.</summary>
    IdMismatch,

    // Reject, as the peer sent it.

    /// <summary>The peer is full.</summary>
    RejectedFull,

    /// <summary>The peer does not let this node in.</summary>
    RejectedNotAllowed,

    /// <summary>The peer already has a connection to this node.</summary>
    RejectedDuplicate,

    /// <summary>The peer has this node's identity.</summary>
    RejectedSelf,

    /// <summary>The peer is stopping.</summary>
    RejectedShuttingDown,

    /// <summary>The peer finds this node incompatible.</summary>
    RejectedIncompatible,

    /// <summary>The peer rejected this node with a code that this version does not know.</summary>
    RejectedUnknown,

    // Messages, requests and streams.

    /// <summary>There is no connection to that peer.</summary>
    NotConnected,

    /// <summary>The peer does not speak that protocol.</summary>
    ProtocolNotSupported,

    /// <summary>The message is larger than the peer takes; a stream has no such limit.</summary>
    MessageTooLarge,

    /// <summary>What waits for the peer is all it may be, and whoever sent did not want to wait.</summary>
    SendQueueFull,

    /// <summary>The peer took nothing of that protocol for <see cref="P2pLimits.SendTimeout"/>.</summary>
    SendTimeout,

    /// <summary>The answer did not come in time.</summary>
    RequestTimeout,

    /// <summary>
    /// A request was answered with an error. Metrics and traces alone say so; whoever asked gets a
    /// <see cref="P2pRemoteException"/>.
    /// </summary>
    RequestFailed,

    /// <summary>As many streams to that peer are open as <see cref="P2pLimits.StreamsPerPeer"/> allows.</summary>
    TooManyStreams,

    /// <summary>One side ended a stream before its end.</summary>
    StreamAborted,

    // The end of a connection.

    /// <summary>The peer closed in good order.</summary>
    Normal,

    /// <summary>This side was asked to disconnect.</summary>
    Requested,

    /// <summary>One side is stopping.</summary>
    ShuttingDown,

    /// <summary>Both sides had dialled; the other connection was kept.</summary>
    Duplicate,

    /// <summary>A newer connection of the same peer took the place of this one.</summary>
    Replaced,

    /// <summary>Nothing was heard for <see cref="P2pNodeOptions.CloseAfter"/>.</summary>
    Stale,

    /// <summary>A byte that the protocol does not allow.</summary>
    ProtocolError,

    /// <summary>
    /// A limit was reached: a record or frame that did not complete, a peer that did not read, or the handles of the process.
    /// </summary>
    Overload,

    /// <summary>The peer is banned, or has banned this node.</summary>
    Banned,

    /// <summary>The transport ended without a Close.</summary>
    Lost,

    // Local refusals of a peer that proved who it is.

    /// <summary>The peer is not in <see cref="P2pNodeOptions.AllowedPeers"/>.</summary>
    NotAllowed,

    /// <summary>The program's <see cref="IP2pGatekeeper"/> refused it, threw, or did not answer in time.</summary>
    RefusedByGatekeeper,

    /// <summary>The same key takes over its own connections too often: two nodes may share it.</summary>
    ClonedKey,

    /// <summary>Whoever asked gave up, or the row was removed.</summary>
    Cancelled,
}
