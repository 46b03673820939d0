using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vix.P2p;
using Vix.P2p.Http;
using Vix.P2p.Http.Health;
using Vix.P2p.Http.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a node to the health checks of the host.</summary>
public static class P2pHealthChecksBuilderExtensions
{
    private const string Tag = "p2p";
    private const string Live = "live";
    private const string Ready = "ready";

    /// <summary>
    /// Adds two checks of a node: <c>p2p_live</c>, whether it listens and its heartbeat is alive, tagged <c>p2p</c> and
    /// <c>live</c>; and <c>p2p_ready</c>, whether it is live and <see cref="P2pControlOptions.MinConnectedPeers"/> peers
    /// are connected, tagged <c>p2p</c> and <c>ready</c>. The settings are those of the node's control plane, read at
    /// the first check.
    /// </summary>
    /// <param name="builder">What AddHealthChecks returns.</param>
    /// <param name="node">The key that the node was added with; null for the one that has none.</param>
    /// <param name="name">What the names of the checks begin with; null for <c>p2p</c>, or <c>p2p_{node}</c> for a keyed node.</param>
    /// <param name="failureStatus">What a check that fails reports; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags of both checks beside their own.</param>
    /// <param name="timeout">How long a check may take; null for as long as it likes. It only looks, and never waits.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddP2pNode(
        this IHealthChecksBuilder builder,
        string? node = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string? key = string.IsNullOrEmpty(node) ? null : node;
        name ??= key is null ? Tag : $"{Tag}_{key}";
        string[] more = [.. tags ?? []];
        // Later changes of the settings are not seen, as in the control plane.
        int? needed = null;
        builder.Add(new HealthCheckRegistration($"{name}_{Live}", services => new NodeHealthCheck(Find(services, key), minConnectedPeers: null), failureStatus, [Tag, Live, .. more], timeout));
        builder.Add(new HealthCheckRegistration($"{name}_{Ready}", services => new NodeHealthCheck(Find(services, key), needed ??= ControlOptionsSource.Read(services, key).MinConnectedPeers), failureStatus, [Tag, Ready, .. more], timeout));
        return builder;
    }

    private static IP2pNode Find(IServiceProvider services, string? key) =>
        (key is null ? services.GetService<IP2pNode>() : services.GetKeyedService<IP2pNode>(key)) ?? throw RegisteredNode.Missing(key, "to check", "AddHealthChecks().AddP2pNode");
}
