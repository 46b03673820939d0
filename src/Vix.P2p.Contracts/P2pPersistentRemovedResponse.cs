using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What became of the end of a persistent endpoint.</summary>
[Description("What became of the end of a persistent endpoint.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPersistentRemovedResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>True: it is no longer kept connected. A connection that exists stays.</summary>
    [JsonPropertyName("removed")]
    [Description("True: it is no longer kept connected. A connection that exists stays.")]
    public required bool Removed { get; init; }

    /// <summary>The endpoint.</summary>
    [JsonPropertyName("endpoint")]
    [Description("The endpoint.")]
    public required string Endpoint { get; init; }
}
