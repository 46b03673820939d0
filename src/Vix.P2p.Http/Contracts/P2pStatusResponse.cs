using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>The node at this moment.</summary>
[Description("The node at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pStatusResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("running")]
    [Description("Whether the node listens and dials.")]
    public required bool Running { get; init; }

    [JsonPropertyName("peers_total")]
    [Description("Rows in the peer table.")]
    public required int PeersTotal { get; init; }

    [JsonPropertyName("peers_connected")]
    [Description("Rows that are Connected or Stale.")]
    public required int PeersConnected { get; init; }

    [JsonPropertyName("handshakes_started")]
    [Description("Handshakes begun, both directions.")]
    public required long HandshakesStarted { get; init; }

    [JsonPropertyName("handshakes_completed")]
    [Description("Handshakes that ended in a connection, both directions.")]
    public required long HandshakesCompleted { get; init; }

    [JsonPropertyName("node_id")]
    [Description("The name the node gives itself.")]
    public required string NodeId { get; init; }

    [JsonPropertyName("id")]
    [Description("The proven id of the node; absent until its identity is loaded.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonPropertyName("state")]
    [Description("Created, Starting, Running, Stopping or Stopped.")]
    public required string State { get; init; }

    [JsonPropertyName("agent")]
    [Description("The software and its version.")]
    public required string Agent { get; init; }

    [JsonPropertyName("api_version")]
    [Description("The version of this API.")]
    [JsonRequired]
    public int ApiVersion { get; init; } = 1;

    [JsonPropertyName("started_at")]
    [Description("When the node was started, in UTC; absent before.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? StartedAt { get; init; }

    [JsonPropertyName("uptime_ms")]
    [Description("How long it has been running.")]
    public required long UptimeMs { get; init; }

    [JsonPropertyName("revision")]
    [Description("Rises when a peer row comes, goes or changes state.")]
    public required long Revision { get; init; }

    [JsonPropertyName("listen")]
    [Description("Where the node listens; empty for one that only dials.")]
    public required IReadOnlyList<string> Listen { get; init; }

    [JsonPropertyName("peers_by_state")]
    [Description("Rows in each state.")]
    public required IReadOnlyDictionary<string, int> PeersByState { get; init; }

    [JsonPropertyName("handshakes_failed")]
    [Description("Handshakes that failed, both directions.")]
    public required long HandshakesFailed { get; init; }

    [JsonPropertyName("connect_attempts")]
    [Description("Dials started.")]
    public required long ConnectAttempts { get; init; }

    [JsonPropertyName("connect_deduped")]
    [Description("Connects that found a dial or a connection to join.")]
    public required long ConnectDeduped { get; init; }

    [JsonPropertyName("connect_failures")]
    [Description("Dials that failed.")]
    public required long ConnectFailures { get; init; }

    [JsonPropertyName("backoff_skips")]
    [Description("Connects that were refused because a backoff was not over.")]
    public required long BackoffSkips { get; init; }

    [JsonPropertyName("tracked_endpoints")]
    [Description("Endpoints whose backoff is remembered.")]
    public required int TrackedEndpoints { get; init; }

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

    [JsonPropertyName("handler_failures")]
    [Description("Messages, requests and streams whose handler failed.")]
    public required long HandlerFailures { get; init; }

    [JsonPropertyName("limits")]
    [Description("The limits in force.")]
    public required IReadOnlyDictionary<string, long> Limits { get; init; }

    [JsonPropertyName("limit_rejections")]
    [Description("How often each limit said no.")]
    public required IReadOnlyDictionary<string, long> LimitRejections { get; init; }

    [JsonPropertyName("last_error")]
    [Description("The last failure; absent when there was none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pErrorInfo? LastError { get; init; }
}
