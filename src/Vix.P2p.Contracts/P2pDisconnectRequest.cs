using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>Whom to disconnect: one of id and endpoint.</summary>
[Description("Whom to disconnect: one of id and endpoint.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pDisconnectRequest
{
    /// <summary>The id of the peer, or the key of its row.</summary>
    [JsonPropertyName("id")]
    [Description("The id of the peer, or the key of its row.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The endpoint of its row.</summary>
    [JsonPropertyName("endpoint")]
    [Description("The endpoint of its row.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }

    /// <summary>How long the peer is then banned, 1 to 31,536,000,000 ms (365 days); absent for not at all.</summary>
    [JsonPropertyName("ban_ms")]
    [Description("How long the peer is then banned, 1 to 31,536,000,000 ms (365 days); absent for not at all.")]
    [Range(1, 31_536_000_000L)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BanMs { get; init; }
}
