using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>An error, in one body for both habits: a code with a hint, and problem details (RFC 9457).</summary>
[Description("An error, in one body for both habits: a code with a hint, and problem details (RFC 9457).")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pErrorResponse
{
    [JsonPropertyName("ok")]
    [Description("False: the request failed.")]
    [JsonRequired]
    public bool Ok { get; init; }

    [JsonPropertyName("error")]
    [Description("The code; it never changes its meaning.")]
    public required string Error { get; init; }

    [JsonPropertyName("hint")]
    [Description("What to send, or to set, instead.")]
    public required string Hint { get; init; }

    [JsonPropertyName("field")]
    [Description("The member, parameter or header it is about.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [JsonPropertyName("type")]
    [Description("The code as a URN.")]
    public required string Type { get; init; }

    [JsonPropertyName("title")]
    [Description("The code in a few words.")]
    public required string Title { get; init; }

    [JsonPropertyName("status")]
    [Description("The HTTP status.")]
    public required int Status { get; init; }

    [JsonPropertyName("detail")]
    [Description("What was found.")]
    public required string Detail { get; init; }

    [JsonPropertyName("trace_id")]
    [Description("Finds the request in the logs of the host.")]
    public required string TraceId { get; init; }
}
