using System.Text.Json.Nodes;

namespace Vix.P2p.Http.Description;

/// <summary>A query parameter of a route, as the host's OpenAPI document shows it. The route itself reads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record QueryParameter(string Name, string Summary)
{
    public QueryKind Kind { get; init; }

    /// <summary>Whether the route cannot do without it.</summary>
    public bool Required { get; init; }

    /// <summary>The only values there are; null for any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The smallest number.</summary>
    public long? Minimum { get; init; }

    /// <summary>The largest number.</summary>
    public long? Maximum { get; init; }

    /// <summary>The most characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>What holds where it is absent.</summary>
    public JsonValue? Default { get; init; }

    public JsonValue? Example { get; init; }
}
