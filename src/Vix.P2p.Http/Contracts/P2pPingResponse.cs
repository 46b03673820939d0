using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>A sign of life.</summary>
[Description("A sign of life.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pPingResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("pong")]
    [Description("Always true.")]
    [JsonRequired]
    public bool Pong { get; init; } = true;

    [JsonPropertyName("module")]
    [Description("The name of this module.")]
    [JsonRequired]
    public string Module { get; init; } = "p2p_http";
}
