namespace Vix.P2p.Http.Health;

/// <summary>The one rule of what is live and what is ready, for the routes and for the checks of the host.</summary>
internal static class NodeHealth
{
    /// <summary>Whether the node does its work: else only a new start helps.</summary>
    public static bool IsLive(NodeStatus status) => status.IsLive;

    /// <summary>Whether it is of use to those who ask for its work: live, and connected to enough peers.</summary>
    public static bool IsReady(NodeStatus status, int minConnectedPeers) =>
        status.IsLive && status.PeersConnected >= minConnectedPeers;
}
