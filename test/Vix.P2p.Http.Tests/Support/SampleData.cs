using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>The node and the peers that the examples in docs/control-api.md show.</summary>
internal static class SampleData
{
    public const string Instance = "5f0c2a9e7b1d4c38a6e0915d2b7f4c83";

    /// <summary>The one that the fake node gives out and takes.</summary>
    public const string Cursor = "AQAwVv1pJ2Wm7wAAAAAAAAAAAAAAAAAAAA0";

    public static readonly PeerId OwnId = PeerId.Parse("7d0f3b9a51c2e84f6a1d0c9b8e7f60514233241506f7e8d9cabb0c1d2e3f4051");

    public static readonly PeerId PeerId1 = PeerId.Parse("a3f1c5d7e9024b6880acbedf1032547698badcfe0123456789abcdef02468ace");

    public static readonly PeerId PeerId2 = PeerId.Parse("0b57e6c19d3f4a8275e1b0c4d9f86a3712c5e8f0a4b7d6931e2c5f8a0b3d6e94");

    public static readonly DateTimeOffset Day = new(2026, 3, 14, 9, 26, 53, 589, TimeSpan.Zero);

    public static NodeStatus Status { get; } = new()
    {
        State = NodeState.Running,
        IsLive = true,
        NodeId = "alpha",
        Id = OwnId,
        Instance = Instance,
        Agent = "Vix.P2p/0.1.0",
        StartedAt = Day,
        Uptime = TimeSpan.FromMilliseconds(184_467),
        Revision = 17,
        Listen = ["tcp://0.0.0.0:9001", "tcp://[::]:9001"],
        PeersTotal = 3,
        PeersConnected = 1,
        PeersByState = new Dictionary<PeerState, int> { [PeerState.Connected] = 1, [PeerState.Disconnected] = 1, [PeerState.Handshaking] = 1 },
        HandshakesStarted = 4,
        HandshakesCompleted = 2,
        HandshakesFailed = 1,
        ConnectAttempts = 5,
        ConnectDeduped = 1,
        ConnectFailures = 3,
        BackoffSkips = 2,
        TrackedEndpoints = 1,
        BytesIn = 10_482,
        BytesOut = 9_310,
        MessagesIn = 41,
        MessagesOut = 37,
        HandlerFailures = 1,
        Limits = new Dictionary<string, long> { ["max_peers"] = 256, ["pending_handshakes"] = 64, ["send_queue_bytes"] = 1_048_576, ["requests_per_peer"] = 1024, ["streams_per_peer"] = 256 },
        LimitRejections = new Dictionary<string, long> { ["max_peers"] = 0, ["pending_handshakes"] = 2, ["send_queue_bytes"] = 0, ["requests_per_peer"] = 1, ["streams_per_peer"] = 0 },
        LastError = new PeerError(P2pReason.ConnectionRefused, "Nobody listens there.", Day.AddSeconds(170), "tcp://192.0.2.7:9001"),
    };

    public static PeerInfo Connected { get; } = new()
    {
        Key = "r12",
        Id = PeerId1,
        IdText = PeerId1.ToString(),
        NodeId = "beta",
        State = PeerState.Connected,
        Direction = PeerDirection.Outbound,
        Endpoint = "tcp://127.0.0.1:9002",
        Dialable = true,
        LocalEndpoint = "127.0.0.1:51544",
        RemoteEndpoint = "127.0.0.1:9002",
        Secure = true,
        ConnectedAt = Day.AddSeconds(2),
        ConnectedFor = TimeSpan.FromMilliseconds(182_001),
        LastSeen = TimeSpan.FromMilliseconds(1_234.9),
        Rtt = TimeSpan.FromMilliseconds(3),
        RttMin = TimeSpan.FromMilliseconds(1),
        Agent = "Vix.P2p/0.1.0",
        Protocols = ["chat/1", "files/2"],
        Persistent = true,
        BytesIn = 8_220,
        BytesOut = 7_904,
        MessagesIn = 29,
        MessagesOut = 31,
        Attempts = 1,
    };

    public static PeerInfo Waiting { get; } = new()
    {
        Key = "r13",
        State = PeerState.Disconnected,
        Direction = PeerDirection.Outbound,
        Endpoint = "tcp://192.0.2.7:9001",
        Dialable = true,
        Secure = false,
        Persistent = true,
        Attempts = 4,
        NextAttemptIn = TimeSpan.FromMilliseconds(2_750),
        LastError = new PeerError(P2pReason.ConnectionRefused, "Nobody listens there.", Day.AddSeconds(170), "tcp://192.0.2.7:9001"),
        DisconnectReason = P2pReason.Lost,
    };

    public static PeerInfo Inbound { get; } = new()
    {
        Key = "r14",
        State = PeerState.Handshaking,
        Direction = PeerDirection.Inbound,
        Endpoint = "tcp://[2001:db8::5]:40112",
        Dialable = false,
        LocalEndpoint = "[2001:db8::1]:9001",
        RemoteEndpoint = "[2001:db8::5]:40112",
        Secure = false,
        Persistent = false,
        BytesIn = 212,
    };

    public static ConnectAttempt Reached { get; } = new()
    {
        Id = "a1b2c3d4e5f60718",
        Endpoint = PeerEndpoint.Parse(Connected.Endpoint),
        State = ConnectAttemptState.Connected,
        StartedAt = Day.AddMilliseconds(1_960),
        Duration = TimeSpan.FromMilliseconds(40),
        Key = Connected.Key,
        PeerId = PeerId1,
        ExpectedId = PeerId1,
        RemoteEndpoint = Connected.RemoteEndpoint,
    };

    public static ConnectAttempt Refused { get; } = new()
    {
        Id = "a1b2c3d4e5f60719",
        Endpoint = PeerEndpoint.Parse(Waiting.Endpoint),
        State = ConnectAttemptState.Failed,
        StartedAt = Day.AddMilliseconds(169_980),
        Duration = TimeSpan.FromMilliseconds(20),
        Key = Waiting.Key,
        Reason = P2pReason.ConnectionRefused,
        Message = "Nobody listens there.",
    };

    public static PersistentPeer KeptConnected { get; } = new()
    {
        Endpoint = PeerEndpoint.Parse(Connected.Endpoint),
        Key = Connected.Key,
        State = Connected.State,
        Paused = false,
        Id = PeerId1,
        ExpectedId = PeerId1,
        Attempts = Connected.Attempts,
    };

    public static PersistentPeer KeptWaiting { get; } = new()
    {
        Endpoint = PeerEndpoint.Parse(Waiting.Endpoint),
        Key = Waiting.Key,
        State = Waiting.State,
        Paused = false,
        Attempts = Waiting.Attempts,
        NextAttemptIn = Waiting.NextAttemptIn,
        LastError = Waiting.LastError,
    };

    public static PeerBan Banned { get; } = new(PeerId2, Day.AddSeconds(60), TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(3_475_533));

    public static PeerList Peers { get; } = new(17, [Connected, Waiting, Inbound]);

    public static IReadOnlyList<NodeLogLine> LogLines { get; } =
    [
        new(1, Day, LogLevel.Information, 1100, $"[p2p] node started: id={OwnId} listening on tcp://0.0.0.0:9001"),
        new(2, Day.AddSeconds(1), LogLevel.Information, 1400, "[p2p] connect() requested: tcp://127.0.0.1:9002"),
        new(3, Day.AddSeconds(2), LogLevel.Information, 1403, $"[p2p] peer joined: {PeerId1} Outbound tcp://127.0.0.1:9002 node_id=beta"),
        new(4, Day.AddSeconds(9), LogLevel.Warning, 1000, "[p2p] limit reached: pending_handshakes = 64; raise P2p:Limits:PendingHandshakes if this is honest traffic. Further rejections are only counted in the status."),
    ];

    public static PeerList Many(int count) => new(1, [.. Enumerable.Range(0, count).Select(i => Connected with { Key = $"r{i}" })]);
}
