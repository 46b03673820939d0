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

    /// <summary>
    /// True: the peer is told, its row shows the end, and its socket closes by itself. False only with a ban, of a peer
    /// that was neither connected nor dialled.
    /// </summary>
    [JsonPropertyName("disconnected")]
    [Description("True: the peer is told, its row shows the end, and its socket closes by itself. False only with a ban, of a peer that was neither connected nor dialled.")]
    public required bool Disconnected { get; init; }

    /// <summary>The row; absent where the peer that was banned has none.</summary>
    [JsonPropertyName("key")]
    [Description("The row; absent where the peer that was banned has none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary>The id of the peer: of its row, where it is proven, or that was banned.</summary>
    [JsonPropertyName("id")]
    [Description("The id of the peer: of its row, where it is proven, or that was banned.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The endpoint of the row; absent where there is no row.</summary>
    [JsonPropertyName("endpoint")]
    [Description("The endpoint of the row; absent where there is no row.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }

    /// <summary>When the ban ends, in UTC; absent where there is none.</summary>
    [JsonPropertyName("ban_ends_at")]
    [Description("When the ban ends, in UTC; absent where there is none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? BanEndsAt { get; init; }
}
