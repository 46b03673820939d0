using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What became of a disconnect.</summary>
[Description("What became of a disconnect.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pDisconnectResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>True: the peer is told, its row shows the end, and its socket closes by itself.</summary>
    [JsonPropertyName("disconnected")]
    [Description("True: the peer is told, its row shows the end, and its socket closes by itself.")]
    public required bool Disconnected { get; init; }

    /// <summary>The row.</summary>
    [JsonPropertyName("key")]
    [Description("The row.")]
    public required string Key { get; init; }

    /// <summary>The proven id of the peer.</summary>
    [JsonPropertyName("id")]
    [Description("The proven id of the peer.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The endpoint of the row.</summary>
    [JsonPropertyName("endpoint")]
    [Description("The endpoint of the row.")]
    public required string Endpoint { get; init; }

    /// <summary>When the ban ends, in UTC; absent where there is none.</summary>
    [JsonPropertyName("ban_ends_at")]
    [Description("When the ban ends, in UTC; absent where there is none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? BanEndsAt { get; init; }
}
