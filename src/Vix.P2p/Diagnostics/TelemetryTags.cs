namespace Vix.P2p.Diagnostics;

/// <summary>The names of tags, those of OpenTelemetry's semantic conventions where they have one (docs/observability.md).</summary>
internal static class TelemetryTags
{
    public const string Node = "vix.p2p.node";
    public const string PeerState = "vix.p2p.peer.state";
    public const string PeerId = "vix.p2p.peer.id";
    public const string Direction = "vix.p2p.direction";
    public const string Limit = "vix.p2p.limit";
    public const string ErrorType = "error.type";
    public const string IoDirection = "network.io.direction";
    public const string PeerAddress = "network.peer.address";
    public const string PeerPort = "network.peer.port";
    public const string NetworkTransport = "network.transport";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string RpcSystem = "rpc.system.name";
    public const string RpcMethod = "rpc.method";
    public const string RpcStatus = "rpc.response.status_code";

    /// <summary>The value of <see cref="RpcSystem"/>.</summary>
    public const string System = "vix_p2p";

    public static KeyValuePair<string, object?> Received { get; } = new(IoDirection, "receive");

    public static KeyValuePair<string, object?> Sent { get; } = new(IoDirection, "transmit");

    public static KeyValuePair<string, object?> Outbound { get; } = new(Direction, "outbound");

    public static KeyValuePair<string, object?> Inbound { get; } = new(Direction, "inbound");

    public static KeyValuePair<string, object?> Of(PeerDirection direction) => direction == PeerDirection.Outbound ? Outbound : Inbound;

    public static KeyValuePair<string, object?> Of(PeerState state) => new(PeerState, state switch
    {
        P2p.PeerState.Connecting => "connecting",
        P2p.PeerState.Handshaking => "handshaking",
        P2p.PeerState.Connected => "connected",
        P2p.PeerState.Stale => "stale",
        P2p.PeerState.Disconnected => "disconnected",
        _ => "closed",
    });
}
