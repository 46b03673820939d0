using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The last thing that went wrong with a peer or the node.</summary>
[Description("The last thing that went wrong with a peer or the node.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pErrorInfo
{
    /// <summary>Why, in snake_case.</summary>
    [JsonPropertyName("code")]
    [Description("Why, in snake_case.")]
    public required string Code { get; init; }

    /// <summary>The cause in words.</summary>
    [JsonPropertyName("message")]
    [Description("The cause in words.")]
    public required string Message { get; init; }

    /// <summary>When, in UTC.</summary>
    [JsonPropertyName("at")]
    [Description("When, in UTC.")]
    public required DateTime At { get; init; }

    /// <summary>The endpoint it happened with.</summary>
    [JsonPropertyName("endpoint")]
    [Description("The endpoint it happened with.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }
}
