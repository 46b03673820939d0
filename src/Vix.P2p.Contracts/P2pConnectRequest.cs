using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>What to dial, and how.</summary>
[Description("What to dial, and how.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pConnectRequest
{
    /// <summary>A DNS name, an IPv4 address or an IPv6 address without brackets; at most 253 characters.</summary>
    [JsonPropertyName("host")]
    [Description("A DNS name, an IPv4 address or an IPv6 address without brackets; at most 253 characters.")]
    [StringLength(253, MinimumLength = 1)]
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    [JsonPropertyName("port")]
    [Description("1 to 65535.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    /// <summary>The transport; tcp by default.</summary>
    [JsonPropertyName("scheme")]
    [Description("The transport; tcp by default.")]
    [DefaultValue("tcp")]
    public string Scheme { get; init; } = "tcp";

    /// <summary>The id of the peer that must answer: 64 lowercase hex digits.</summary>
    [JsonPropertyName("expected_id")]
    [Description("The id of the peer that must answer: 64 lowercase hex digits.")]
    [RegularExpression("^[0-9a-f]{64}$")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedId { get; init; }

    /// <summary>Whether to keep it connected, with backoff.</summary>
    [JsonPropertyName("persistent")]
    [Description("Whether to keep it connected, with backoff.")]
    [DefaultValue(false)]
    public bool Persistent { get; init; }

    /// <summary>Whether to dial although a backoff is not over.</summary>
    [JsonPropertyName("force")]
    [Description("Whether to dial although a backoff is not over.")]
    [DefaultValue(false)]
    public bool Force { get; init; }
}
