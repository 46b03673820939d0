using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>What this control plane offers.</summary>
[Description("What this control plane offers.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pIndexResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("module")]
    [Description("The name of this module.")]
    [JsonRequired]
    public string Module { get; init; } = "p2p_http";

    [JsonPropertyName("api_version")]
    [Description("The version of this API; members are only ever added to it.")]
    [JsonRequired]
    public int ApiVersion { get; init; } = 1;

    [JsonPropertyName("routes")]
    [Description("The routes.")]
    public required IReadOnlyList<P2pIndexRoute> Routes { get; init; }
}
