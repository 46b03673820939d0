using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One event of the stream: the data of a server-sent event.</summary>
[Description("One event of the stream: the data of a server-sent event.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pEvent
{
    /// <summary>peer_connecting, peer_connected, peer_stale, peer_disconnected, connect_failed, handshake_failed, status or resync.</summary>
    [JsonPropertyName("type")]
    [Description("peer_connecting, peer_connected, peer_stale, peer_disconnected, connect_failed, handshake_failed, status or resync.")]
    public required string Type { get; init; }

    /// <summary>The revision of the peer table after it.</summary>
    [JsonPropertyName("revision")]
    [Description("The revision of the peer table after it.")]
    public required long Revision { get; init; }

    /// <summary>When, in UTC.</summary>
    [JsonPropertyName("at")]
    [Description("When, in UTC.")]
    public required DateTime At { get; init; }

    /// <summary>Why, in snake_case; absent where there is nothing to explain.</summary>
    [JsonPropertyName("reason")]
    [Description("Why, in snake_case; absent where there is nothing to explain.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The row after it.</summary>
    [JsonPropertyName("peer")]
    [Description("The row after it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pPeerRow? Peer { get; init; }

    /// <summary>Of peer_disconnected: messages that were not handed to the transport; absent where there were none.</summary>
    [JsonPropertyName("unsent_messages")]
    [Description("Of peer_disconnected: messages that were not handed to the transport; absent where there were none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UnsentMessages { get; init; }

    /// <summary>Of status: the node at that moment.</summary>
    [JsonPropertyName("status")]
    [Description("Of status: the node at that moment.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pStatusResponse? Status { get; init; }
}
