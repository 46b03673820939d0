using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>The last thing that went wrong with a peer or the node.</summary>
[Description("The last thing that went wrong with a peer or the node.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pErrorInfo
{
    [JsonPropertyName("code")]
    [Description("Why, in snake_case.")]
    public required string Code { get; init; }

    [JsonPropertyName("message")]
    [Description("The cause in words.")]
    public required string Message { get; init; }

    [JsonPropertyName("at")]
    [Description("When, in UTC.")]
    public required DateTime At { get; init; }

    [JsonPropertyName("endpoint")]
    [Description("The endpoint it happened with.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }
}
