using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Hosting;

/// <summary>
/// What <c>AddP2pNode</c> returns: the services, and as extensions on it everything that is set on one node. Only this
/// library implements it.
/// </summary>
public interface IP2pNodeBuilder
{
    /// <summary>The services the node is added to.</summary>
    IServiceCollection Services { get; }

    /// <summary>The key of the node; the empty name for the one that has none.</summary>
    internal string Name { get; }
}
