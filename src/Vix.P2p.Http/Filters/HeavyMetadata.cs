namespace Vix.P2p.Http.Filters;

/// <summary>The endpoint takes one of the places for heavy requests while it runs.</summary>
internal sealed class HeavyMetadata
{
    public static readonly HeavyMetadata Instance = new();

    public override string ToString() => "P2P heavy";
}
