using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vix.P2p.Http.Health;

/// <summary>Whether a node is live, or ready where a number of peers is asked for.</summary>
/// <param name="node">The node.</param>
/// <param name="minConnectedPeers">Connected peers from which on it is ready; null to ask only whether it is live.</param>
internal sealed class NodeHealthCheck(IP2pNode node, int? minConnectedPeers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        NodeStatus status = node.GetStatus();
        Dictionary<string, object> data = new()
        {
            ["state"] = status.State.ToString(),
            ["peers_total"] = status.PeersTotal,
            ["peers_connected"] = status.PeersConnected,
        };
        if (minConnectedPeers is { } needed)
            data.Add("min_connected_peers", needed);
        bool healthy = minConnectedPeers is { } min ? NodeHealth.IsReady(status, min) : NodeHealth.IsLive(status);
        return Task.FromResult(new HealthCheckResult(healthy ? HealthStatus.Healthy : context.Registration.FailureStatus, Describe(status), data: data));
    }

    private string Describe(NodeStatus status)
    {
        if (!NodeHealth.IsLive(status))
        {
            return status.State == NodeState.Running
                ? "The node runs, but its heartbeat is late or it accepts nobody any more."
                : $"The node is {status.State}, not Running.";
        }

        return minConnectedPeers is { } needed
            ? string.Create(CultureInfo.InvariantCulture, $"{status.PeersConnected} peers are connected, and {needed} are needed.")
            : "The node listens and its heartbeat is in time.";
    }
}
