using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Checks;

/// <summary>What holds at every step of a world, and what has to hold in the end.</summary>
internal sealed class WorldChecks(World world)
{
    private readonly Dictionary<SimNode, TableChecks> _tables = [];

    /// <summary>After each event, when nothing runs.</summary>
    public void Check()
    {
        foreach (Machine machine in world.Machines)
        {
            foreach (SimNode node in machine.Runs)
                StopChecks.CheckTime(world, node);
            if (machine.Node is { IsUp: true } up)
                TableOf(up).Check();
        }

        world.Jobs.Check();
        CheckAgreement();
        world.ThrowWhenBroken();
    }

    /// <summary>Why the world is not as it is to be in the end; null when it is.</summary>
    public string? WhyNotWhole()
    {
        if (world.Machines.FirstOrDefault(machine => machine.Node is not { IsUp: true }) is { } down)
            return $"n{down.Index} is not up";
        if (world.Network.Links.Any(link => !link.IsWell))
            return "a connection that goes nowhere is still open";
        foreach (SimNode node in world.Up)
        {
            // Where there is no room for all, those that are left out try on for ever.
            if (world.Plan.HasRoom && NodeInside.DialCount(node.Node) > 0)
                return $"{node.Name} still dials";
            foreach (PersistentPeer kept in node.Node.GetPersistentPeers())
            {
                Machine at = world.Machines.First(machine => machine.Endpoint.Equals(kept.Endpoint));
                // By whichever connection: a node that is full does not dial to find out that the peer is here already.
                bool isBack = TableOf(node).Connected.ContainsKey(at.Id) && world.Sabotage != Sabotage.Away;
                if (world.Plan.HasRoom && !isBack)
                    return $"{node.Name} is kept connected to {at.Endpoint} and that is {kept.State}{(kept.Paused ? ", paused" : "")}, next in {kept.NextAttemptIn}, last {kept.LastError}";
            }

            foreach (SimNode other in world.Up)
            {
                if (other.Key > node.Key && WhyNotAgreed(node, other) is { } why)
                    return why;
            }
        }

        return world.Jobs.Count > 0 ? $"not over: {string.Join(", ", world.Jobs.Open)}" : null;
    }

    private void CheckAgreement()
    {
        foreach (SimNode node in world.Up)
        {
            foreach (SimNode other in world.Up)
            {
                if (other.Key > node.Key && WhyNotAgreed(node, other) is { } why && world.Network.IsIdle(node.Machine.Index, other.Machine.Index))
                    world.Break($"with nothing under way {why}");
            }
        }
    }

    // Both list the other, by the two ends of one connection, or none does.
    private string? WhyNotAgreed(SimNode one, SimNode other)
    {
        PeerInfo? there = TableOf(one).Connected.GetValueOrDefault(other.Machine.Id);
        PeerInfo? back = TableOf(other).Connected.GetValueOrDefault(one.Machine.Id);
        if (world.Sabotage == Sabotage.Disagree)
            back = null;
        if (there is null != back is null)
            return $"{one.Name} lists {other.Name} as {(there is null ? "not connected" : "connected")} and is not listed so";
        return there is not null && (there.LocalEndpoint != back!.RemoteEndpoint || there.RemoteEndpoint != back.LocalEndpoint)
            ? $"{one.Name} and {other.Name} have different connections: {there.LocalEndpoint} to {there.RemoteEndpoint} and {back.RemoteEndpoint} to {back.LocalEndpoint}"
            : null;
    }

    private TableChecks TableOf(SimNode node)
    {
        if (!_tables.TryGetValue(node, out TableChecks? table))
            _tables.Add(node, table = new TableChecks(world, node));
        return table;
    }
}
