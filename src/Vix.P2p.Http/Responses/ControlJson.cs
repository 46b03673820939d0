using System.Text.Json.Serialization.Metadata;
using Vix.P2p.Contracts;

namespace Vix.P2p.Http.Responses;

/// <summary>The metadata of what the routes answer, looked up once.</summary>
internal static class ControlJson
{
    public static readonly JsonTypeInfo<P2pIndexResponse> Index = P2pControlJson.TypeInfo<P2pIndexResponse>();
    public static readonly JsonTypeInfo<P2pPingResponse> Ping = P2pControlJson.TypeInfo<P2pPingResponse>();
    public static readonly JsonTypeInfo<P2pStatusResponse> Status = P2pControlJson.TypeInfo<P2pStatusResponse>();
    public static readonly JsonTypeInfo<P2pPeersResponse> Peers = P2pControlJson.TypeInfo<P2pPeersResponse>();
    public static readonly JsonTypeInfo<P2pPeerResponse> Peer = P2pControlJson.TypeInfo<P2pPeerResponse>();
    public static readonly JsonTypeInfo<P2pConnectResponse> Connect = P2pControlJson.TypeInfo<P2pConnectResponse>();
    public static readonly JsonTypeInfo<P2pDisconnectResponse> Disconnect = P2pControlJson.TypeInfo<P2pDisconnectResponse>();
    public static readonly JsonTypeInfo<P2pAttemptResponse> Attempt = P2pControlJson.TypeInfo<P2pAttemptResponse>();
    public static readonly JsonTypeInfo<P2pAttemptsResponse> Attempts = P2pControlJson.TypeInfo<P2pAttemptsResponse>();
    public static readonly JsonTypeInfo<P2pPersistentResponse> Persistent = P2pControlJson.TypeInfo<P2pPersistentResponse>();
    public static readonly JsonTypeInfo<P2pPersistentRemovedResponse> PersistentRemoved = P2pControlJson.TypeInfo<P2pPersistentRemovedResponse>();
    public static readonly JsonTypeInfo<P2pBansResponse> Bans = P2pControlJson.TypeInfo<P2pBansResponse>();
    public static readonly JsonTypeInfo<P2pUnbanResponse> Unban = P2pControlJson.TypeInfo<P2pUnbanResponse>();
    public static readonly JsonTypeInfo<P2pEvent> Event = P2pControlJson.TypeInfo<P2pEvent>();
    public static readonly JsonTypeInfo<P2pLogLine> LogLine = P2pControlJson.TypeInfo<P2pLogLine>();
    public static readonly JsonTypeInfo<P2pHealthResponse> Health = P2pControlJson.TypeInfo<P2pHealthResponse>();
    public static readonly JsonTypeInfo<P2pErrorResponse> Error = P2pControlJson.TypeInfo<P2pErrorResponse>();
}
