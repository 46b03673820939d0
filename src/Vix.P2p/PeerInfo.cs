namespace Vix.P2p;

/// <summary>One row of the peer table at one moment; it never changes.</summary>
public sealed record PeerInfo
{
    /// <summary>Names the row for as long as it is listed, whether or not the peer's id is known.</summary>
    public required string Key { get; init; }

    /// <summary>The peer's proven id; null until it is proven.</summary>
    public PeerId? Id { get; init; }

    /// <summary><see cref="Id"/> as text, made once a row; null until it is proven.</summary>
    public string? IdText { get; init; }

    /// <summary>The name the peer gave itself, 1 to 64 printable ASCII characters; null until it introduced itself.</summary>
    public string? NodeId { get; init; }

    /// <summary>The state.</summary>
    public required PeerState State { get; init; }

    /// <summary>Who dialled the present or last connection.</summary>
    public required PeerDirection Direction { get; init; }

    /// <summary>Where the peer can be dialled, or its socket address where it does not listen.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Whether <see cref="Endpoint"/> can be dialled.</summary>
    public required bool Dialable { get; init; }

    /// <summary>This side's address of the present or last connection.</summary>
    public string? LocalEndpoint { get; init; }

    /// <summary>The other side's address of the present or last connection.</summary>
    public string? RemoteEndpoint { get; init; }

    /// <summary>Whether the connection is authenticated and encrypted, which each one is once it is Connected.</summary>
    public required bool Secure { get; init; }

    /// <summary>When the present connection was Ready, by the wall clock in UTC; null when there is none.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>How long it has been Ready; null when there is none.</summary>
    public TimeSpan? ConnectedFor { get; init; }

    /// <summary>The age of the last frame, that of the handshake included; null when none came yet.</summary>
    public TimeSpan? LastSeen { get; init; }

    /// <summary>The last round trip of a heartbeat; null when none was measured.</summary>
    public TimeSpan? Rtt { get; init; }

    /// <summary>The shortest round trip of this connection's heartbeats; null when none was measured.</summary>
    public TimeSpan? RttMin { get; init; }

    /// <summary>The peer's software, as it says; null until it introduced itself.</summary>
    public string? Agent { get; init; }

    /// <summary>The protocols the peer says it speaks.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Whether the peer is kept connected.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Bytes of encrypted records received over the row's connections.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of encrypted records sent over the row's connections.</summary>
    public long BytesOut { get; init; }

    /// <summary>Messages, requests and responses received over the row's connections; streams count none.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages, requests and responses taken into the send queues of the row's connections; streams count none.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Bytes that wait to be sent.</summary>
    public long SendQueueBytes { get; init; }

    /// <summary>Dials made for this row.</summary>
    public long Attempts { get; init; }

    /// <summary>How long until the next dial; null when none is planned.</summary>
    public TimeSpan? NextAttemptIn { get; init; }

    /// <summary>The last failure; null when there was none.</summary>
    public PeerError? LastError { get; init; }

    /// <summary>Why the last connection ended; null while none has.</summary>
    public P2pReason? DisconnectReason { get; init; }
}
