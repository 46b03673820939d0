using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One line of the log.</summary>
[Description("One line of the log.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pLogLine
{
    /// <summary>Its number: 1 for the first line of the node.</summary>
    [JsonPropertyName("seq")]
    [Description("Its number: 1 for the first line of the node.")]
    public required long Seq { get; init; }

    /// <summary>When, in UTC.</summary>
    [JsonPropertyName("at")]
    [Description("When, in UTC.")]
    public required DateTime At { get; init; }

    /// <summary>Information, Warning, Error or Critical.</summary>
    [JsonPropertyName("level")]
    [Description("Information, Warning, Error or Critical.")]
    public required string Level { get; init; }

    /// <summary>Names the kind of line.</summary>
    [JsonPropertyName("event_id")]
    [Description("Names the kind of line.")]
    public required int EventId { get; init; }

    /// <summary>The line, without control characters, at most 1,024 characters.</summary>
    [JsonPropertyName("message")]
    [Description("The line, without control characters, at most 1,024 characters.")]
    public required string Message { get; init; }
}
