using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>The one serializer context of the control plane. The host's JSON options have no say in it.</summary>
[JsonSerializable(typeof(P2pIndexResponse))]
[JsonSerializable(typeof(P2pPingResponse))]
[JsonSerializable(typeof(P2pStatusResponse))]
[JsonSerializable(typeof(P2pPeersResponse))]
[JsonSerializable(typeof(P2pPeerResponse))]
[JsonSerializable(typeof(P2pConnectResponse))]
[JsonSerializable(typeof(P2pDisconnectResponse))]
[JsonSerializable(typeof(P2pErrorResponse))]
internal sealed partial class P2pControlJsonContext : JsonSerializerContext;
