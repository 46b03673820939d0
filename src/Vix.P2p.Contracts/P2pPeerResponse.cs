using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One peer at this moment.</summary>
[Description("One peer at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPeerResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The row.</summary>
    [JsonPropertyName("peer")]
    [Description("The row.")]
    public required P2pPeerRow Peer { get; init; }
}
