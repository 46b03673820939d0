using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>A sign of life.</summary>
[Description("A sign of life.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPingResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>Always true.</summary>
    [JsonPropertyName("pong")]
    [Description("Always true.")]
    [JsonRequired]
    public bool Pong { get; init; } = true;

    /// <summary>The name of this module.</summary>
    [JsonPropertyName("module")]
    [Description("The name of this module.")]
    [JsonRequired]
    public string Module { get; init; } = "p2p_http";
}
