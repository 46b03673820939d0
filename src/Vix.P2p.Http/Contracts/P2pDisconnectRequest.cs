using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>Whom to disconnect: exactly one member. It describes the body; Bodies/DisconnectBody reads it.</summary>
[Description("Whom to disconnect: exactly one member.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pDisconnectRequest
{
    [JsonPropertyName("id")]
    [Description("The id of the peer, or the key of its row.")]
    public string Id { get; init; } = "";

    [JsonPropertyName("endpoint")]
    [Description("The endpoint of its row.")]
    public string Endpoint { get; init; } = "";
}
