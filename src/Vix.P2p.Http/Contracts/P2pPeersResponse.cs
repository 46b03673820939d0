using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Http.Contracts;

/// <summary>The peers at this moment.</summary>
[Description("The peers at this moment.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record P2pPeersResponse
{
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    [JsonPropertyName("peers")]
    [Description("The rows, oldest first.")]
    public required IReadOnlyList<P2pPeer> Peers { get; init; }

    [JsonPropertyName("total")]
    [Description("Rows in the peer table.")]
    public required int Total { get; init; }

    [JsonPropertyName("matched")]
    [Description("Rows that the query matched.")]
    public required int Matched { get; init; }

    [JsonPropertyName("returned")]
    [Description("Rows in this answer.")]
    public required int Returned { get; init; }

    [JsonPropertyName("revision")]
    [Description("Rises when a row comes, goes or changes state.")]
    public required long Revision { get; init; }
}
