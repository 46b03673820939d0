using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What this control plane offers.</summary>
[Description("What this control plane offers.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pIndexResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The name of this module.</summary>
    [JsonPropertyName("module")]
    [Description("The name of this module.")]
    [JsonRequired]
    public string Module { get; init; } = "p2p_http";

    /// <summary>The version of this API; members are only ever added to it.</summary>
    [JsonPropertyName("api_version")]
    [Description("The version of this API; members are only ever added to it.")]
    [JsonRequired]
    public int ApiVersion { get; init; } = P2pControlJson.ApiVersion;

    /// <summary>The routes.</summary>
    [JsonPropertyName("routes")]
    [Description("The routes.")]
    public required IReadOnlyList<P2pIndexRoute> Routes { get; init; }
}
