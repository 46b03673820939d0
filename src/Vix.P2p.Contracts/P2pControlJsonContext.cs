using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>
/// The one serializer context of the control plane; <see cref="P2pControlJson"/> is its face. A member that is never null
/// is not read from a null either.
/// </summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(P2pIndexResponse))]
[JsonSerializable(typeof(P2pPingResponse))]
[JsonSerializable(typeof(P2pStatusResponse))]
[JsonSerializable(typeof(P2pPeersResponse))]
[JsonSerializable(typeof(P2pPeerResponse))]
[JsonSerializable(typeof(P2pConnectRequest))]
[JsonSerializable(typeof(P2pConnectResponse))]
[JsonSerializable(typeof(P2pDisconnectRequest))]
[JsonSerializable(typeof(P2pDisconnectResponse))]
[JsonSerializable(typeof(P2pAttemptResponse))]
[JsonSerializable(typeof(P2pAttemptsResponse))]
[JsonSerializable(typeof(P2pPersistentRequest))]
[JsonSerializable(typeof(P2pPersistentResponse))]
[JsonSerializable(typeof(P2pPersistentRemovedResponse))]
[JsonSerializable(typeof(P2pBansResponse))]
[JsonSerializable(typeof(P2pUnbanResponse))]
[JsonSerializable(typeof(P2pEvent))]
[JsonSerializable(typeof(P2pLogLine))]
[JsonSerializable(typeof(P2pHealthResponse))]
[JsonSerializable(typeof(P2pErrorResponse))]
internal sealed partial class P2pControlJsonContext : JsonSerializerContext;
