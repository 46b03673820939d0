using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>One row of the peer table at this moment.</summary>
[Description("One row of the peer table at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pPeer
{
    [JsonPropertyName("id")]
    [Description("The proven id of the peer; absent until it is proven.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonPropertyName("state")]
    [Description("Connecting, Handshaking, Connected, Stale, Disconnected or Closed.")]
    public required string State { get; init; }

    [JsonPropertyName("endpoint")]
    [Description("Where the peer can be dialled, or its socket address where it does not listen.")]
    public required string Endpoint { get; init; }

    [JsonPropertyName("secure")]
    [Description("Whether the connection is authenticated and encrypted.")]
    public required bool Secure { get; init; }

    [JsonPropertyName("last_seen_ms")]
    [Description("The age of the last frame; -1 when none came yet.")]
    public required long LastSeenMs { get; init; }

    [JsonPropertyName("key")]
    [Description("Names the row for as long as it is listed.")]
    public required string Key { get; init; }

    [JsonPropertyName("node_id")]
    [Description("The name the peer gave itself.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NodeId { get; init; }

    [JsonPropertyName("direction")]
    [Description("outbound where this node dialled, else inbound.")]
    public required string Direction { get; init; }

    [JsonPropertyName("local_endpoint")]
    [Description("This side of the connection.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LocalEndpoint { get; init; }

    [JsonPropertyName("remote_endpoint")]
    [Description("The other side of the connection.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RemoteEndpoint { get; init; }

    [JsonPropertyName("dialable")]
    [Description("Whether endpoint can be dialled.")]
    public required bool Dialable { get; init; }

    [JsonPropertyName("connected_at")]
    [Description("When the connection was ready, in UTC.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? ConnectedAt { get; init; }

    [JsonPropertyName("connected_ms")]
    [Description("How long it has been ready.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ConnectedMs { get; init; }

    [JsonPropertyName("rtt_ms")]
    [Description("The last round trip of a heartbeat.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RttMs { get; init; }

    [JsonPropertyName("rtt_min_ms")]
    [Description("The shortest round trip of a heartbeat.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RttMinMs { get; init; }

    [JsonPropertyName("agent")]
    [Description("The software of the peer, as it says.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent { get; init; }

    [JsonPropertyName("protocols")]
    [Description("The protocols the peer says it speaks.")]
    public required IReadOnlyList<string> Protocols { get; init; }

    [JsonPropertyName("persistent")]
    [Description("Whether the peer is kept connected.")]
    public required bool Persistent { get; init; }

    [JsonPropertyName("bytes_in")]
    [Description("Bytes received.")]
    public required long BytesIn { get; init; }

    [JsonPropertyName("bytes_out")]
    [Description("Bytes sent.")]
    public required long BytesOut { get; init; }

    [JsonPropertyName("messages_in")]
    [Description("Messages, requests and responses received.")]
    public required long MessagesIn { get; init; }

    [JsonPropertyName("messages_out")]
    [Description("Messages, requests and responses taken to be sent.")]
    public required long MessagesOut { get; init; }

    [JsonPropertyName("send_queue_bytes")]
    [Description("Bytes that wait to be sent.")]
    public required long SendQueueBytes { get; init; }

    [JsonPropertyName("attempts")]
    [Description("Dials made for this row.")]
    public required long Attempts { get; init; }

    [JsonPropertyName("next_attempt_in_ms")]
    [Description("How long until the next dial.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? NextAttemptInMs { get; init; }

    [JsonPropertyName("last_error")]
    [Description("The last failure.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pErrorInfo? LastError { get; init; }

    [JsonPropertyName("disconnect_reason")]
    [Description("Why the last connection ended, in snake_case.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisconnectReason { get; init; }
}
