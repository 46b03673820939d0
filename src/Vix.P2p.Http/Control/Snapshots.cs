using System.Text.Json;
using Vix.P2p.Contracts;

namespace Vix.P2p.Http.Control;

/// <summary>Turns the node's snapshots into the contract's records.</summary>
internal static class Snapshots
{
    private static readonly string[] NodeStates = Enum.GetNames<NodeState>();
    private static readonly string[] PeerStates = Enum.GetNames<PeerState>();
    private static readonly string[] AttemptStates = Enum.GetNames<ConnectAttemptState>();
    private static readonly string[] EventTypes = [.. Enum.GetNames<PeerEventKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

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

    public static P2pAttempt Attempt(ConnectAttempt attempt) => new()
    {
        Id = attempt.Id,
        Endpoint = attempt.Endpoint.ToString(),
        State = AttemptStates[(int)attempt.State],
        StartedAt = Instant(attempt.StartedAt),
        DurationMs = Milliseconds(attempt.Duration),
        Key = attempt.Key,
        PeerId = attempt.PeerId?.ToString(),
        ExpectedId = attempt.ExpectedId?.ToString(),
        RemoteEndpoint = attempt.RemoteEndpoint,
        Reason = Code(attempt.Reason),
        Message = attempt.Message,
    };

    public static P2pBan Ban(PeerBan ban) => new()
    {
        Id = ban.Id.ToString(),
        BannedAt = Instant(ban.BannedAt),
        EndsAt = Instant(ban.BannedAt + ban.Duration),
        RemainingMs = Milliseconds(ban.Remaining),
    };

    public static P2pPersistentPeer Persistent(PersistentPeer peer) => new()
    {
        Endpoint = peer.Endpoint.ToString(),
        State = Name(peer.State),
        Paused = peer.Paused,
        Key = peer.Key,
        Id = peer.Id?.ToString(),
        ExpectedId = peer.ExpectedId?.ToString(),
        Attempts = peer.Attempts,
        NextAttemptInMs = Milliseconds(peer.NextAttemptIn),
        LastError = Error(peer.LastError),
    };

    public static P2pEvent Event(PeerEvent change) => new()
    {
        Type = EventTypes[(int)change.Kind],
        Revision = change.Revision,
        At = Instant(change.At),
        Reason = Code(change.Reason),
        Peer = change.Peer is { } peer ? Peer(peer) : null,
        UnsentMessages = change.UnsentMessages == 0 ? null : change.UnsentMessages,
    };

    public static P2pLogLine LogLine(NodeLogLine line) => new()
    {
        Seq = line.Sequence,
        At = Instant(line.At),
        Level = line.Level.ToString(),
        EventId = line.EventId,
        Message = line.Message,
    };

    /// <summary>Null where there is nothing to explain.</summary>
    public static string? Code(P2pReason reason) => reason == P2pReason.None ? null : reason.ToCode();

    public static long? Milliseconds(TimeSpan? duration) => duration is { } value ? Milliseconds(value) : null;

    private static long Milliseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>UTC to the millisecond: RFC 3339 with a Z.</summary>
    private static DateTime? Instant(DateTimeOffset? at) => at is { } value ? Instant(value) : null;

    public static DateTime Instant(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    private static P2pErrorInfo? Error(PeerError? error) => error is null
        ? null
        : new P2pErrorInfo { Code = error.Reason.ToCode(), Message = error.Message, At = Instant(error.At), Endpoint = error.Endpoint };
}
