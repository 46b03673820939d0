using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One route.</summary>
[Description("One route.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pIndexRoute
{
    /// <summary>The HTTP method.</summary>
    [JsonPropertyName("method")]
    [Description("The HTTP method.")]
    public required string Method { get; init; }

    /// <summary>The path on this server.</summary>
    [JsonPropertyName("path")]
    [Description("The path on this server.")]
    public required string Path { get; init; }

    /// <summary>What it does.</summary>
    [JsonPropertyName("summary")]
    [Description("What it does.")]
    public required string Summary { get; init; }
}
