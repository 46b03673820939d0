namespace Vix.P2p.Http.Filters;

/// <summary>The policy of an endpoint that answers callers on this machine, holders of the key, or as its host says.</summary>
internal sealed class AccessMetadata
{
    /// <summary>A read: the host can open it with AllowAnonymous.</summary>
    public static readonly AccessMetadata Read = new(isProtected: false);

    /// <summary>Changes something or tells how the node is run: AllowAnonymous does not open it.</summary>
    public static readonly AccessMetadata Protected = new(isProtected: true);

    private AccessMetadata(bool isProtected) => IsProtected = isProtected;

    public bool IsProtected { get; }

    public override string ToString() => IsProtected ? "P2P access: protected" : "P2P access: read";
}
