using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What became of the end of a ban.</summary>
[Description("What became of the end of a ban.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pUnbanResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>True: the peer may connect again.</summary>
    [JsonPropertyName("removed")]
    [Description("True: the peer may connect again.")]
    public required bool Removed { get; init; }

    /// <summary>The id of the peer.</summary>
    [JsonPropertyName("id")]
    [Description("The id of the peer.")]
    public required string Id { get; init; }
}
