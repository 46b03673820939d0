using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What to keep connected.</summary>
[Description("What to keep connected.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPersistentRequest
{
    /// <summary>A DNS name, an IPv4 address or an IPv6 address without brackets; at most 253 characters.</summary>
    [JsonPropertyName("host")]
    [StringLength(253, MinimumLength = 1)]
    [Description("A DNS name, an IPv4 address or an IPv6 address without brackets; at most 253 characters.")]
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    [JsonPropertyName("port")]
    [Range(1, 65535)]
    [Description("1 to 65535.")]
    public required int Port { get; init; }

    /// <summary>The transport; tcp by default.</summary>
    [JsonPropertyName("scheme")]
    [Description("The transport; tcp by default.")]
    public string Scheme { get; init; } = "tcp";

    /// <summary>The id of the peer that must answer: 64 lowercase hex digits.</summary>
    [JsonPropertyName("expected_id")]
    [RegularExpression("^[0-9a-f]{64}$")]
    [Description("The id of the peer that must answer: 64 lowercase hex digits.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedId { get; init; }
}
