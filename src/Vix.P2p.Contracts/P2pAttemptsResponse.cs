using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The last attempts, newest first.</summary>
[Description("The last attempts, newest first.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pAttemptsResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The attempts, newest first, at most 256.</summary>
    [JsonPropertyName("attempts")]
    [Description("The attempts, newest first, at most 256.")]
    public required IReadOnlyList<P2pAttempt> Attempts { get; init; }
}
