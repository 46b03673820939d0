using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The bans in force.</summary>
[Description("The bans in force.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pBansResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The bans, those that end first at the beginning.</summary>
    [JsonPropertyName("bans")]
    [Description("The bans, those that end first at the beginning.")]
    public required IReadOnlyList<P2pBan> Bans { get; init; }
}
