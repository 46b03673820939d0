namespace Vix.P2p.Http.Filters;

/// <summary>The policy of an endpoint that answers callers on this machine, holders of the key, or as its host says.</summary>
internal sealed class AccessMetadata
{
    /// <summary>A read: the host can open it with AllowAnonymous.</summary>
    public static readonly AccessMetadata Read = new("read");

    /// <summary>Changes something or tells how the node is run: AllowAnonymous does not open it.</summary>
    public static readonly AccessMetadata Protected = new("protected");

    /// <summary>A file of the dashboard, which holds no data: a read, and open to everyone where a key is set.</summary>
    public static readonly AccessMetadata Page = new("page");

    private readonly string _name;

    private AccessMetadata(string name) => _name = name;

    public bool IsProtected => ReferenceEquals(this, Protected);

    public bool IsPage => ReferenceEquals(this, Page);

    public override string ToString() => $"P2P access: {_name}";
}
