using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>One peer at this moment.</summary>
[Description("One peer at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pPeerResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("peer")]
    [Description("The row.")]
    public required P2pPeer Peer { get; init; }
}
