using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>What became of a disconnect.</summary>
[Description("What became of a disconnect.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pDisconnectResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("disconnected")]
    [Description("True: the peer is told, its row shows the end, and its socket closes by itself.")]
    public required bool Disconnected { get; init; }

    [JsonPropertyName("key")]
    [Description("The row.")]
    public required string Key { get; init; }

    [JsonPropertyName("id")]
    [Description("The proven id of the peer.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonPropertyName("endpoint")]
    [Description("The endpoint of the row.")]
    public required string Endpoint { get; init; }
}
