using Vix.P2p.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>A place of the world with a key of its own, on which a node is started again and again.</summary>
internal sealed class Machine(int index, int seed)
{
    public int Index => index;

    public PeerId Id { get; } = NewIdentity(seed, 0).Id;

    /// <summary>The node that runs; null while none does.</summary>
    public SimNode? Node { get; set; }

    /// <summary>All that ever ran here.</summary>
    public List<SimNode> Runs { get; } = [];

    public PeerEndpoint Endpoint { get; } = WorldPlan.EndpointOf(index);

    public P2pNodeOptions Options { get; set; } = null!;

    /// <summary>The same key at each start, and ephemeral keys that are new.</summary>
    public NodeIdentity NewIdentity(int run) => NewIdentity(seed, run);

    private static NodeIdentity NewIdentity(int seed, int run) =>
        new(new CheapDh(HashOf(seed, run)), new CheapDh(seed).GenerateKeyPair());

    private static int HashOf(int seed, int run) => unchecked((seed * 31) + 1 + run);
}
