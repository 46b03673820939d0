using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>One route.</summary>
[Description("One route.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pIndexRoute
{
    [JsonPropertyName("method")]
    [Description("The HTTP method.")]
    public required string Method { get; init; }

    [JsonPropertyName("path")]
    [Description("The path on this server.")]
    public required string Path { get; init; }

    [JsonPropertyName("summary")]
    [Description("What it does.")]
    public required string Summary { get; init; }
}
