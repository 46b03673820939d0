namespace Vix.P2p;

/// <summary>A node at one moment; it never changes.</summary>
public sealed record NodeStatus
{
    /// <summary>The state.</summary>
    public required NodeState State { get; init; }

    /// <summary>
    /// Whether the node is Running, its listener takes connections where it has one, and its heartbeat came within the
    /// last three of its periods and 10 s.
    /// </summary>
    public bool IsLive { get; init; }

    /// <summary>The name this node gives itself.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node's own id; null until its identity is loaded at start.</summary>
    public PeerId? Id { get; init; }

    /// <summary>32 hex digits, random at each node start.</summary>
    public required string Instance { get; init; }

    /// <summary>This software and its version, as peers are told.</summary>
    public required string Agent { get; init; }

    /// <summary>When the node was started, by the wall clock in UTC; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it has been running; zero before.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>The revision of the peer table.</summary>
    public long Revision { get; init; }

    /// <summary>Where the node listens, with the port that was bound; empty for a dial-only node.</summary>
    public IReadOnlyList<string> Listen { get; init; } = [];

    /// <summary>Rows in the peer table.</summary>
    public int PeersTotal { get; init; }

    /// <summary>Rows that are Connected or Stale.</summary>
    public int PeersConnected { get; init; }

    /// <summary>Rows a state; every state is there.</summary>
    public required IReadOnlyDictionary<PeerState, int> PeersByState { get; init; }

    /// <summary>Handshakes begun, both directions.</summary>
    public long HandshakesStarted { get; init; }

    /// <summary>Handshakes that ended in Ready, both directions.</summary>
    public long HandshakesCompleted { get; init; }

    /// <summary>Handshakes that did not, both directions.</summary>
    public long HandshakesFailed { get; init; }

    /// <summary>Dials started.</summary>
    public long ConnectAttempts { get; init; }

    /// <summary>Connects that found a dial or a connection to join.</summary>
    public long ConnectDeduped { get; init; }

    /// <summary>Dials that failed.</summary>
    public long ConnectFailures { get; init; }

    /// <summary>Connects that were refused because a backoff was not over.</summary>
    public long BackoffSkips { get; init; }

    /// <summary>Endpoints whose backoff is remembered.</summary>
    public int TrackedEndpoints { get; init; }

    /// <summary>Bytes of encrypted records received.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of encrypted records sent.</summary>
    public long BytesOut { get; init; }

    /// <summary>Messages, requests and responses received whole; streams count none.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages, requests and responses that are in a send queue or were sent; streams count none.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Messages, requests and streams whose handler failed, or refused what it was sent.</summary>
    public long HandlerFailures { get; init; }

    /// <summary>The limits in force by name.</summary>
    public required IReadOnlyDictionary<string, long> Limits { get; init; }

    /// <summary>How often each limit said no.</summary>
    public required IReadOnlyDictionary<string, long> LimitRejections { get; init; }

    /// <summary>The last failure; null when there was none.</summary>
    public PeerError? LastError { get; init; }
}
