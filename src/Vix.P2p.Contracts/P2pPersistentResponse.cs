using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Vix.P2p.Contracts;

/// <summary>The endpoints that are kept connected.</summary>
[Description("The endpoints that are kept connected.")]
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record P2pPersistentResponse
{
    /// <summary>True: the request succeeded.</summary>
    [JsonPropertyName("ok")]
    [Description("True: the request succeeded.")]
    [JsonRequired]
    public bool Ok { get; init; } = true;

    /// <summary>The endpoints; those of the settings and those that were added.</summary>
    [JsonPropertyName("persistent")]
    [Description("The endpoints; those of the settings and those that were added.")]
    public required IReadOnlyList<P2pPersistentPeer> Persistent { get; init; }
}
