using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One ban.</summary>
[Description("One ban.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pBan
{
    /// <summary>The id of the peer.</summary>
    [JsonPropertyName("id")]
    [Description("The id of the peer.")]
    public required string Id { get; init; }

    /// <summary>When it was banned, in UTC.</summary>
    [JsonPropertyName("banned_at")]
    [Description("When it was banned, in UTC.")]
    public required DateTime BannedAt { get; init; }

    /// <summary>When the ban ends, in UTC.</summary>
    [JsonPropertyName("ends_at")]
    [Description("When the ban ends, in UTC.")]
    public required DateTime EndsAt { get; init; }

    /// <summary>How long the ban still lasts.</summary>
    [JsonPropertyName("remaining_ms")]
    [Description("How long the ban still lasts.")]
    public required long RemainingMs { get; init; }
}
