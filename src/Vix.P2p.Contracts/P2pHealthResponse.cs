using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>Whether the node is well.</summary>
[Description("Whether the node is well.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pHealthResponse
{
    /// <summary>Whether it is.</summary>
    [JsonPropertyName("ok")]
    [Description("Whether it is.")]
    [JsonRequired]
    public bool Ok { get; init; }
}
