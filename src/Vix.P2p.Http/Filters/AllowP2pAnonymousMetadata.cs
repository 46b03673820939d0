namespace Vix.P2p.Http.Filters;

/// <summary>The host has opened a protected endpoint to everyone.</summary>
internal sealed class AllowP2pAnonymousMetadata
{
    public static readonly AllowP2pAnonymousMetadata Instance = new();

    public override string ToString() => "P2P access: anonymous";
}
