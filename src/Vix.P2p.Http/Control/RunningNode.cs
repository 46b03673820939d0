using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>What steers a node needs one that runs; what reads does not.</summary>
internal static class RunningNode
{
    public static readonly ControlError Missing =
        new(ErrorKind.NodeUnavailable, "The node is not running.", "GET the status; ask again when running is true.");

    public static bool Is(IP2pNode node) => node.GetStatus().State == NodeState.Running;
}
