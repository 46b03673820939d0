using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Checks;

/// <summary>What holds in the table of a node at every step.</summary>
internal sealed class TableChecks(World world, SimNode node)
{
    private long _revision = -1;
    private IReadOnlyDictionary<PeerId, PeerInfo> _connected = new Dictionary<PeerId, PeerInfo>();

    /// <summary>Whom the node lists as connected.</summary>
    public IReadOnlyDictionary<PeerId, PeerInfo> Connected => _connected;

    /// <summary>Looks when something has changed.</summary>
    public void Check()
    {
        if (node.Node.Revision == _revision)
            return;
        IReadOnlyList<PeerInfo> rows = node.Node.GetPeers().Peers;
        _revision = node.Node.Revision;
        Dictionary<PeerId, PeerInfo> connected = [];
        HashSet<PeerId> listed = [];
        int closed = 0;
        foreach (PeerInfo row in world.Sabotage == Sabotage.Pair ? rows.Concat(rows) : rows)
        {
            if (row.Id is { } id && !listed.Add(id))
                world.Break($"{node.Name} lists {row.NodeId} twice");
            if (row.State is PeerState.Connected or PeerState.Stale && !connected.TryAdd(row.Id!.Value, row))
                world.Break($"{node.Name} has two connections to {row.NodeId}");
            if (row.State == PeerState.Closed && !row.Persistent)
                closed++;
        }

        _connected = connected;
        int places = node.Machine.Options.MaxPeers;
        if (world.Sabotage == Sabotage.Cap)
            places = 0;
        if (connected.Count > places || NodeInside.ClaimCount(node.Node) > places)
            world.Break($"{node.Name} has {connected.Count} peers and {NodeInside.ClaimCount(node.Node)} claims; its limit is {places}");
        // One that a dial still belongs to is not forgotten under its feet.
        if (closed > node.Machine.Options.Limits.ClosedPeers + NodeInside.DialCount(node.Node))
            world.Break($"{node.Name} lists {closed} closed peers; its limit is {node.Machine.Options.Limits.ClosedPeers}");
        CheckChannels(listed);
    }

    // What is listed as connected can be sent to, and nothing else.
    private void CheckChannels(HashSet<PeerId> listed)
    {
        foreach (PeerId id in listed)
        {
            if (node.Node.FindChannel(id) is not null != _connected.ContainsKey(id))
                world.Break($"{node.Name} lists {id} as {(_connected.ContainsKey(id) ? "connected and has no connection" : "not connected and has a connection")}");
        }
    }
}
