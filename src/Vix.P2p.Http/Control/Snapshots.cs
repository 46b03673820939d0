using Vix.P2p.Contracts;

namespace Vix.P2p.Http.Control;

/// <summary>Turns the node's snapshots into the contract's records.</summary>
internal static class Snapshots
{
    private static readonly string[] NodeStates = Enum.GetNames<NodeState>();
    private static readonly string[] PeerStates = Enum.GetNames<PeerState>();

    public static string Name(PeerState state) => PeerStates[(int)state];

    public static P2pStatusResponse Status(NodeStatus status)
    {
        Dictionary<string, int> byState = new(PeerStates.Length);
        for (int i = 0; i < PeerStates.Length; i++)
            byState.Add(PeerStates[i], status.PeersByState.GetValueOrDefault((PeerState)i));
        return new P2pStatusResponse
        {
            Running = status.State == NodeState.Running,
            PeersTotal = status.PeersTotal,
            PeersConnected = status.PeersConnected,
            HandshakesStarted = status.HandshakesStarted,
            HandshakesCompleted = status.HandshakesCompleted,
            Instance = status.Instance,
            NodeId = status.NodeId,
            Id = status.Id?.ToString(),
            State = NodeStates[(int)status.State],
            Agent = status.Agent,
            StartedAt = Instant(status.StartedAt),
            UptimeMs = Milliseconds(status.Uptime),
            Revision = status.Revision,
            Listen = status.Listen,
            PeersByState = byState,
            HandshakesFailed = status.HandshakesFailed,
            ConnectAttempts = status.ConnectAttempts,
            ConnectDeduped = status.ConnectDeduped,
            ConnectFailures = status.ConnectFailures,
            BackoffSkips = status.BackoffSkips,
            TrackedEndpoints = status.TrackedEndpoints,
            BytesIn = status.BytesIn,
            BytesOut = status.BytesOut,
            MessagesIn = status.MessagesIn,
            MessagesOut = status.MessagesOut,
            HandlerFailures = status.HandlerFailures,
            Limits = status.Limits,
            LimitRejections = status.LimitRejections,
            LastError = Error(status.LastError),
        };
    }

    public static P2pPeerRow Peer(PeerInfo peer) => new()
    {
        Id = peer.IdText ?? peer.Id?.ToString(),
        State = Name(peer.State),
        Endpoint = peer.Endpoint,
        Secure = peer.Secure,
        LastSeenMs = Milliseconds(peer.LastSeen) ?? -1,
        Key = peer.Key,
        NodeId = peer.NodeId,
        Direction = peer.Direction == PeerDirection.Outbound ? "outbound" : "inbound",
        LocalEndpoint = peer.LocalEndpoint,
        RemoteEndpoint = peer.RemoteEndpoint,
        Dialable = peer.Dialable,
        ConnectedAt = Instant(peer.ConnectedAt),
        ConnectedMs = Milliseconds(peer.ConnectedFor),
        RttMs = Milliseconds(peer.Rtt),
        RttMinMs = Milliseconds(peer.RttMin),
        Agent = peer.Agent,
        Protocols = peer.Protocols,
        Persistent = peer.Persistent,
        BytesIn = peer.BytesIn,
        BytesOut = peer.BytesOut,
        MessagesIn = peer.MessagesIn,
        MessagesOut = peer.MessagesOut,
        SendQueueBytes = peer.SendQueueBytes,
        Attempts = peer.Attempts,
        NextAttemptInMs = Milliseconds(peer.NextAttemptIn),
        LastError = Error(peer.LastError),
        DisconnectReason = peer.DisconnectReason?.ToCode(),
    };

    public static long? Milliseconds(TimeSpan? duration) => duration is { } value ? Milliseconds(value) : null;

    private static long Milliseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>UTC to the millisecond: RFC 3339 with a Z.</summary>
    private static DateTime? Instant(DateTimeOffset? at) => at is { } value ? Instant(value) : null;

    private static DateTime Instant(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    private static P2pErrorInfo? Error(PeerError? error) => error is null
        ? null
        : new P2pErrorInfo { Code = error.Reason.ToCode(), Message = error.Message, At = Instant(error.At), Endpoint = error.Endpoint };
}
