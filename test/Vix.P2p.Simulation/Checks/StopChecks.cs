using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Checks;

/// <summary>A node that is asked to stop does, in its time, and holds nothing afterwards.</summary>
internal static class StopChecks
{
    /// <summary>The node's own 5 s, and what handlers that heed no token take here.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5.1);

    /// <summary>At each step: whether one is late.</summary>
    public static void CheckTime(World world, SimNode node)
    {
        if (node.Stopping is not { } stopping)
            return;
        if (stopping.IsFaulted)
            world.Break($"{node.Name}: the stop fails: {stopping.Exception}");
        if (!stopping.IsCompleted && world.Scheduler.Now > node.StopBy)
            world.Break($"{node.Name}: has not stopped in time");
    }

    /// <summary>When all is over.</summary>
    public static void CheckRest(World world, SimNode node)
    {
        string[] left = [.. NodeInside.LeftOf(node.Node)];
        if (world.Sabotage == Sabotage.Leak)
            left = ["a lie"];
        if (left.Length > 0)
            world.Break($"{node.Name} has stopped and holds {string.Join(", ", left)}");
        if (node.Clock.Armed > 0)
            world.Break($"{node.Name} has stopped and {node.Clock.Armed} timers wait");
        if (!node.Watching.IsCompletedSuccessfully)
            world.Break($"{node.Name} has stopped and its events have not ended: {node.Watching.Exception}");
        NodeStatus status = node.Node.GetStatus();
        if (status.State != NodeState.Stopped || status.PeersConnected != 0)
            world.Break($"{node.Name} has stopped and is {status.State} with {status.PeersConnected} peers");
        foreach ((string limit, long rejections) in status.LimitRejections)
            world.Tally.Count("limit", limit, rejections);
        if (status.HandshakesStarted != status.HandshakesCompleted + status.HandshakesFailed)
            world.Break($"{node.Name}: {status.HandshakesStarted} handshakes have begun, {status.HandshakesCompleted} were completed and {status.HandshakesFailed} failed");
    }
}
