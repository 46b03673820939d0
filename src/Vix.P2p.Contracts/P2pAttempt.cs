using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One dial: what became of it.</summary>
[Description("One dial: what became of it.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pAttempt
{
    /// <summary>Names the attempt.</summary>
    [JsonPropertyName("id")]
    [Description("Names the attempt.")]
    public required string Id { get; init; }

    /// <summary>What was dialled.</summary>
    [JsonPropertyName("endpoint")]
    [Description("What was dialled.")]
    public required string Endpoint { get; init; }

    /// <summary>Connecting, Handshaking, Connected or Failed.</summary>
    [JsonPropertyName("state")]
    [Description("Connecting, Handshaking, Connected or Failed.")]
    public required string State { get; init; }

    /// <summary>When it began, in UTC.</summary>
    [JsonPropertyName("started_at")]
    [Description("When it began, in UTC.")]
    public required DateTime StartedAt { get; init; }

    /// <summary>How long it took, or has taken so far.</summary>
    [JsonPropertyName("duration_ms")]
    [Description("How long it took, or has taken so far.")]
    public required long DurationMs { get; init; }

    /// <summary>The row of the peer table that it belongs to.</summary>
    [JsonPropertyName("key")]
    [Description("The row of the peer table that it belongs to.")]
    public required string Key { get; init; }

    /// <summary>The id that the peer proved; absent until it did.</summary>
    [JsonPropertyName("peer_id")]
    [Description("The id that the peer proved; absent until it did.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PeerId { get; init; }

    /// <summary>The id that had to answer; absent where any could.</summary>
    [JsonPropertyName("expected_id")]
    [Description("The id that had to answer; absent where any could.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedId { get; init; }

    /// <summary>The address that was reached; absent where none was.</summary>
    [JsonPropertyName("remote_endpoint")]
    [Description("The address that was reached; absent where none was.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RemoteEndpoint { get; init; }

    /// <summary>Why it failed, in snake_case.</summary>
    [JsonPropertyName("reason")]
    [Description("Why it failed, in snake_case.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The cause in words.</summary>
    [JsonPropertyName("message")]
    [Description("The cause in words.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
