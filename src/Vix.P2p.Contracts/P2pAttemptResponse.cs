using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One attempt.</summary>
[Description("One attempt.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pAttemptResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The attempt.</summary>
    [JsonPropertyName("attempt")]
    [Description("The attempt.")]
    public required P2pAttempt Attempt { get; init; }
}
