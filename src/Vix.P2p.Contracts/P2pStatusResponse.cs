using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The node at this moment.</summary>
[Description("The node at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pStatusResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>Whether the node listens and dials.</summary>
    [JsonPropertyName("running")]
    [Description("Whether the node listens and dials.")]
    public required bool Running { get; init; }

    /// <summary>Rows in the peer table.</summary>
    [JsonPropertyName("peers_total")]
    [Description("Rows in the peer table.")]
    public required int PeersTotal { get; init; }

    /// <summary>Rows that are Connected or Stale.</summary>
    [JsonPropertyName("peers_connected")]
    [Description("Rows that are Connected or Stale.")]
    public required int PeersConnected { get; init; }

    /// <summary>Handshakes begun, both directions.</summary>
    [JsonPropertyName("handshakes_started")]
    [Description("Handshakes begun, both directions.")]
    public required long HandshakesStarted { get; init; }

    /// <summary>Handshakes that ended in a connection, both directions.</summary>
    [JsonPropertyName("handshakes_completed")]
    [Description("Handshakes that ended in a connection, both directions.")]
    public required long HandshakesCompleted { get; init; }

    /// <summary>The name the node gives itself.</summary>
    [JsonPropertyName("node_id")]
    [Description("The name the node gives itself.")]
    public required string NodeId { get; init; }

    /// <summary>The proven id of the node; absent until its identity is loaded.</summary>
    [JsonPropertyName("id")]
    [Description("The proven id of the node; absent until its identity is loaded.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Created, Starting, Running, Stopping or Stopped.</summary>
    [JsonPropertyName("state")]
    [Description("Created, Starting, Running, Stopping or Stopped.")]
    public required string State { get; init; }

    /// <summary>The software and its version.</summary>
    [JsonPropertyName("agent")]
    [Description("The software and its version.")]
    public required string Agent { get; init; }

    /// <summary>Names this run of the node; another one after a restart.</summary>
    [JsonPropertyName("instance")]
    [Description("Names this run of the node; another one after a restart.")]
    public required string Instance { get; init; }

    /// <summary>The version of this API.</summary>
    [JsonPropertyName("api_version")]
    [Description("The version of this API.")]
    [JsonRequired]
    public int ApiVersion { get; init; } = P2pControlJson.ApiVersion;

    /// <summary>When the node was started, in UTC; absent before.</summary>
    [JsonPropertyName("started_at")]
    [Description("When the node was started, in UTC; absent before.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? StartedAt { get; init; }

    /// <summary>How long it has been running.</summary>
    [JsonPropertyName("uptime_ms")]
    [Description("How long it has been running.")]
    public required long UptimeMs { get; init; }

    /// <summary>Rises when a peer row comes, goes or changes state.</summary>
    [JsonPropertyName("revision")]
    [Description("Rises when a peer row comes, goes or changes state.")]
    public required long Revision { get; init; }

    /// <summary>Where the node listens; empty for one that only dials.</summary>
    [JsonPropertyName("listen")]
    [Description("Where the node listens; empty for one that only dials.")]
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>Rows in each state.</summary>
    [JsonPropertyName("peers_by_state")]
    [Description("Rows in each state.")]
    public required IReadOnlyDictionary<string, int> PeersByState { get; init; }

    /// <summary>Handshakes that failed, both directions.</summary>
    [JsonPropertyName("handshakes_failed")]
    [Description("Handshakes that failed, both directions.")]
    public required long HandshakesFailed { get; init; }

    /// <summary>Dials started.</summary>
    [JsonPropertyName("connect_attempts")]
    [Description("Dials started.")]
    public required long ConnectAttempts { get; init; }

    /// <summary>Connects that found a dial or a connection to join.</summary>
    [JsonPropertyName("connect_deduped")]
    [Description("Connects that found a dial or a connection to join.")]
    public required long ConnectDeduped { get; init; }

    /// <summary>Dials that failed.</summary>
    [JsonPropertyName("connect_failures")]
    [Description("Dials that failed.")]
    public required long ConnectFailures { get; init; }

    /// <summary>Connects that were refused because a backoff was not over.</summary>
    [JsonPropertyName("backoff_skips")]
    [Description("Connects that were refused because a backoff was not over.")]
    public required long BackoffSkips { get; init; }

    /// <summary>Endpoints whose backoff is remembered.</summary>
    [JsonPropertyName("tracked_endpoints")]
    [Description("Endpoints whose backoff is remembered.")]
    public required int TrackedEndpoints { get; init; }

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

    /// <summary>Messages, requests and streams whose handler failed.</summary>
    [JsonPropertyName("handler_failures")]
    [Description("Messages, requests and streams whose handler failed.")]
    public required long HandlerFailures { get; init; }

    /// <summary>The limits in force.</summary>
    [JsonPropertyName("limits")]
    [Description("The limits in force.")]
    public required IReadOnlyDictionary<string, long> Limits { get; init; }

    /// <summary>How often each limit said no.</summary>
    [JsonPropertyName("limit_rejections")]
    [Description("How often each limit said no.")]
    public required IReadOnlyDictionary<string, long> LimitRejections { get; init; }

    /// <summary>The last failure; absent when there was none.</summary>
    [JsonPropertyName("last_error")]
    [Description("The last failure; absent when there was none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public P2pErrorInfo? LastError { get; init; }
}
