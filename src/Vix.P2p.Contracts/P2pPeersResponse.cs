using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The peers at this moment.</summary>
[Description("The peers at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPeersResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The rows, oldest first unless the query sorts them otherwise.</summary>
    [JsonPropertyName("peers")]
    [Description("The rows, oldest first unless the query sorts them otherwise.")]
    public required IReadOnlyList<P2pPeerRow> Peers { get; init; }

    /// <summary>Rows in the peer table.</summary>
    [JsonPropertyName("total")]
    [Description("Rows in the peer table.")]
    public required int Total { get; init; }

    /// <summary>Rows that the query matched.</summary>
    [JsonPropertyName("matched")]
    [Description("Rows that the query matched.")]
    public required int Matched { get; init; }

    /// <summary>Rows in this answer.</summary>
    [JsonPropertyName("returned")]
    [Description("Rows in this answer.")]
    public required int Returned { get; init; }

    /// <summary>Rises when a row comes, goes or changes state.</summary>
    [JsonPropertyName("revision")]
    [Description("Rises when a row comes, goes or changes state.")]
    public required long Revision { get; init; }

    /// <summary>Where the next page begins, as the parameter cursor; absent on the last page.</summary>
    [JsonPropertyName("next_cursor")]
    [Description("Where the next page begins, as the parameter cursor; absent on the last page.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextCursor { get; init; }
}
