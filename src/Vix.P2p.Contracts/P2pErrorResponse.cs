using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>An error, in one body for both habits: a code with a hint, and problem details (RFC 9457).</summary>
[Description("An error, in one body for both habits: a code with a hint, and problem details (RFC 9457).")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pErrorResponse
{
    /// <summary>False: the request failed.</summary>
    [JsonPropertyName("ok")]
    [Description("False: the request failed.")]
    [JsonRequired]
    public bool Ok { get; init; }

    /// <summary>The code; it never changes its meaning.</summary>
    [JsonPropertyName("error")]
    [Description("The code; it never changes its meaning.")]
    public required string Error { get; init; }

    /// <summary>What to send, or to set, instead.</summary>
    [JsonPropertyName("hint")]
    [Description("What to send, or to set, instead.")]
    public required string Hint { get; init; }

    /// <summary>The member, parameter or header it is about.</summary>
    [JsonPropertyName("field")]
    [Description("The member, parameter or header it is about.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    /// <summary>The code as a URN.</summary>
    [JsonPropertyName("type")]
    [Description("The code as a URN.")]
    public required string Type { get; init; }

    /// <summary>The code in a few words.</summary>
    [JsonPropertyName("title")]
    [Description("The code in a few words.")]
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    [JsonPropertyName("status")]
    [Description("The HTTP status.")]
    public required int Status { get; init; }

    /// <summary>What was found.</summary>
    [JsonPropertyName("detail")]
    [Description("What was found.")]
    public required string Detail { get; init; }

    /// <summary>Finds the request in the logs of the host.</summary>
    [JsonPropertyName("trace_id")]
    [Description("Finds the request in the logs of the host.")]
    public required string TraceId { get; init; }
}
