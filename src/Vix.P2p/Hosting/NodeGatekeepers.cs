using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Hosting;

/// <summary>The gatekeepers that were added to one node.</summary>
internal static class NodeGatekeepers
{
    /// <summary>How each is found, in the order in which they were added.</summary>
    /// <exception cref="InvalidOperationException">One is a class, and there is no container to make it.</exception>
    public static IReadOnlyList<Func<IP2pGatekeeper>> Collect(IReadOnlyList<NodeFeature> features, string section, IServiceProvider? services)
    {
        List<Func<IP2pGatekeeper>> keepers = [];
        foreach (NodeFeature feature in features)
        {
            if (feature.Gatekeeper is { } keeper)
                keepers.Add(() => keeper);
            if (feature.GatekeeperClass is not { } type)
                continue;
            if (services is null)
                throw new InvalidOperationException($"{type}, a gatekeeper of the node {section}, is a class, which only a container can make: add the node by AddP2pNode, or give it an instance.");
            // Found when it is asked, not before: it may itself ask for the node.
            keepers.Add(() => (IP2pGatekeeper)services.GetRequiredService(type));
        }

        return keepers;
    }
}
