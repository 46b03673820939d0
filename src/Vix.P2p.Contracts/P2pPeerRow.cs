using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>One row of the peer table at this moment.</summary>
[Description("One row of the peer table at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPeerRow
{
    /// <summary>The proven id of the peer; absent until it is proven.</summary>
    [JsonPropertyName("id")]
    [Description("The proven id of the peer; absent until it is proven.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Connecting, Handshaking, Connected, Stale, Disconnected or Closed.</summary>
    [JsonPropertyName("state")]
    [Description("Connecting, Handshaking, Connected, Stale, Disconnected or Closed.")]
    public required string State { get; init; }

    /// <summary>Where the peer can be dialled, or its socket address where it does not listen.</summary>
    [JsonPropertyName("endpoint")]
    [Description("Where the peer can be dialled, or its socket address where it does not listen.")]
    public required string Endpoint { get; init; }

    /// <summary>Whether the connection is authenticated and encrypted.</summary>
    [JsonPropertyName("secure")]
    [Description("Whether the connection is authenticated and encrypted.")]
    public required bool Secure { get; init; }

    /// <summary>The age of the last frame; -1 when none came yet.</summary>
    [JsonPropertyName("last_seen_ms")]
    [Description("The age of the last frame; -1 when none came yet.")]
    public required long LastSeenMs { get; init; }

    /// <summary>Names the row for as long as it is listed.</summary>
    [JsonPropertyName("key")]
    [Description("Names the row for as long as it is listed.")]
    public required string Key { get; init; }

    /// <summary>The name the peer gave itself.</summary>
    [JsonPropertyName("node_id")]
    [Description("The name the peer gave itself.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NodeId { get; init; }

    /// <summary>outbound where this node dialled, else inbound.</summary>
    [JsonPropertyName("direction")]
    [Description("outbound where this node dialled, else inbound.")]
    public required string Direction { get; init; }

    /// <summary>This side of the connection.</summary>
    [JsonPropertyName("local_endpoint")]
    [Description("This side of the connection.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LocalEndpoint { get; init; }

    /// <summary>The other side of the connection.</summary>
    [JsonPropertyName("remote_endpoint")]
    [Description("The other side of the connection.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RemoteEndpoint { get; init; }

    /// <summary>Whether endpoint can be dialled.</summary>
    [JsonPropertyName("dialable")]
    [Description("Whether endpoint can be dialled.")]
    public required bool Dialable { get; init; }

    /// <summary>When the connection was ready, in UTC.</summary>
    [JsonPropertyName("connected_at")]
    [Description("When the connection was ready, in UTC.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? ConnectedAt { get; init; }

    /// <summary>How long it has been ready.</summary>
    [JsonPropertyName("connected_ms")]
    [Description("How long it has been ready.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ConnectedMs { get; init; }

    /// <summary>The last round trip of a heartbeat.</summary>
    [JsonPropertyName("rtt_ms")]
    [Description("The last round trip of a heartbeat.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RttMs { get; init; }

    /// <summary>The shortest round trip of a heartbeat.</summary>
    [JsonPropertyName("rtt_min_ms")]
    [Description("The shortest round trip of a heartbeat.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RttMinMs { get; init; }

    /// <summary>The software of the peer, as it says.</summary>
    [JsonPropertyName("agent")]
    [Description("The software of the peer, as it says.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent { get; init; }

    /// <summary>The protocols the peer says it speaks.</summary>
    [JsonPropertyName("protocols")]
    [Description("The protocols the peer says it speaks.")]
    public required IReadOnlyList<string> Protocols { get; init; }

    /// <summary>Whether the peer is kept connected.</summary>
    [JsonPropertyName("persistent")]
    [Description("Whether the peer is kept connected.")]
    public required bool Persistent { get; init; }

    /// <summary>Bytes received.</summary>
    [JsonPropertyName("bytes_in")]
    [Description("Bytes received.")]
    public required long BytesIn { get; init; }

    /// <summary>Bytes sent.</summary>
    [JsonPropertyName("bytes_out")]
    [Description("Bytes sent.")]
    public required long BytesOut { get; init; }

    /// <summary>Messages, requests and responses received.</summary>
    [JsonPropertyName("messages_in")]
    [Description("Messages, requests and responses received.")]
    public required long MessagesIn { get; init; }

    /// <summary>Messages, requests and responses taken to be sent.</summary>
    [JsonPropertyName("messages_out")]
    [Description("Messages, requests and responses taken to be sent.")]
    public required long MessagesOut { get; init; }

    /// <summary>Bytes that wait to be sent.</summary>
    [JsonPropertyName("send_queue_bytes")]
    [Description("Bytes that wait to be sent.")]
    public required long SendQueueBytes { get; init; }

    /// <summary>Dials made for this row.</summary>
    [JsonPropertyName("attempts")]
    [Description("Dials made for this row.")]
    public required long Attempts { get; init; }

    /// <summary>How long until the next dial.</summary>
    [JsonPropertyName("next_attempt_in_ms")]
    [Description("How long until the next dial.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? NextAttemptInMs { get; init; }

    /// <summary>The last failure.</summary>
    [JsonPropertyName("last_error")]
    [Description("The last failure.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pErrorInfo? LastError { get; init; }

    /// <summary>Why the last connection ended, in snake_case.</summary>
    [JsonPropertyName("disconnect_reason")]
    [Description("Why the last connection ended, in snake_case.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisconnectReason { get; init; }
}
