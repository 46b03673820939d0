using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What was decided about a connect, without waiting for the network.</summary>
[Description("What was decided about a connect, without waiting for the network.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pConnectResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>Whether this request started a dial.</summary>
    [JsonPropertyName("started")]
    [Description("Whether this request started a dial.")]
    public required bool Started { get; init; }

    /// <summary>What is dialled.</summary>
    [JsonPropertyName("endpoint")]
    [Description("What is dialled.")]
    public required string Endpoint { get; init; }

    /// <summary>The attempt that was started or joined.</summary>
    [JsonPropertyName("attempt_id")]
    [Description("The attempt that was started or joined.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AttemptId { get; init; }

    /// <summary>The state of the row of the endpoint after the decision.</summary>
    [JsonPropertyName("state")]
    [Description("The state of the row of the endpoint after the decision.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>Why none was started: already_connected, in_progress, backoff, self, peer_limit, banned or id_mismatch.</summary>
    [JsonPropertyName("reason")]
    [Description("Why none was started: already_connected, in_progress, backoff, self, peer_limit, banned or id_mismatch.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>How long the backoff still takes.</summary>
    [JsonPropertyName("retry_after_ms")]
    [Description("How long the backoff still takes.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RetryAfterMs { get; init; }
}
