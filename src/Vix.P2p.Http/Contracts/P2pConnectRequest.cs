using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>What to dial, and how. It describes the body; Bodies/ConnectBody reads it.</summary>
[Description("What to dial, and how.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pConnectRequest
{
    [JsonPropertyName("host")]
    [Description("A DNS name, an IPv4 address or an IPv6 address without brackets; at most 253 characters.")]
    [StringLength(PeerEndpoint.MaxHostLength, MinimumLength = 1)]
    public required string Host { get; init; }

    [JsonPropertyName("port")]
    [Description("1 to 65535.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    [JsonPropertyName("scheme")]
    [Description("The transport; tcp by default.")]
    [DefaultValue("tcp")]
    public string Scheme { get; init; } = "tcp";

    [JsonPropertyName("expected_id")]
    [Description("The id of the peer that must answer: 64 lowercase hex digits.")]
    [RegularExpression("^[0-9a-f]{64}$")]
    public string ExpectedId { get; init; } = "";

    [JsonPropertyName("persistent")]
    [Description("Whether to keep it connected, with backoff.")]
    [DefaultValue(false)]
    public bool Persistent { get; init; }

    [JsonPropertyName("force")]
    [Description("Whether to dial although a backoff is not over.")]
    [DefaultValue(false)]
    public bool Force { get; init; }
}
