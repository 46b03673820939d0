using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One endpoint that is kept connected.</summary>
[Description("One endpoint that is kept connected.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPersistentPeer
{
    /// <summary>What is dialled.</summary>
    [JsonPropertyName("endpoint")]
    [Description("What is dialled.")]
    public required string Endpoint { get; init; }

    /// <summary>The state of its row.</summary>
    [JsonPropertyName("state")]
    [Description("The state of its row.")]
    public required string State { get; init; }

    /// <summary>Whether it was disconnected by someone, until someone connects it again.</summary>
    [JsonPropertyName("paused")]
    [Description("Whether it was disconnected by someone, until someone connects it again.")]
    public required bool Paused { get; init; }

    /// <summary>The row of the peer table that it belongs to.</summary>
    [JsonPropertyName("key")]
    [Description("The row of the peer table that it belongs to.")]
    public required string Key { get; init; }

    /// <summary>The proven id of the peer.</summary>
    [JsonPropertyName("id")]
    [Description("The proven id of the peer.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The id that must answer; absent where any may.</summary>
    [JsonPropertyName("expected_id")]
    [Description("The id that must answer; absent where any may.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedId { get; init; }

    /// <summary>Dials made for its row.</summary>
    [JsonPropertyName("attempts")]
    [Description("Dials made for its row.")]
    public required long Attempts { get; init; }

    /// <summary>How long until the next dial.</summary>
    [JsonPropertyName("next_attempt_in_ms")]
    [Description("How long until the next dial.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? NextAttemptInMs { get; init; }

    /// <summary>The last failure.</summary>
    [JsonPropertyName("last_error")]
    [Description("The last failure.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pErrorInfo? LastError { get; init; }
}
