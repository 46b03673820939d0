namespace Vix.P2p.Http.Control;

/// <summary>What is special about a route; control-api.md says which route is what.</summary>
[Flags]
internal enum RouteTraits
{
    None = 0,

    /// <summary>It costs: only so many run at once.</summary>
    Heavy = 1,

    /// <summary>It changes something or tells how the node is run: AllowAnonymous does not open it.</summary>
    Protected = 2,

    /// <summary>It says whether the node is well, and nothing else: what a load balancer reads.</summary>
    Health = 4,

    /// <summary>A file of the dashboard. It holds no data, and is open where a key is set, so that the page can ask for it.</summary>
    Page = 8,
}
