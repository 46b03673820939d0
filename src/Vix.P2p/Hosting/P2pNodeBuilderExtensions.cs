using Vix.P2p.Hosting;
using Vix.P2p.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What can be set on one node besides its options.</summary>
public static class P2pNodeBuilderExtensions
{
    /// <summary>
    /// Gives the node's lines at Information and above to the program, beside the host's logging. Called from the
    /// node's own tasks: it should return soon, and what it throws is ignored.
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="onLog">Takes one line without a line end.</param>
    public static IP2pNodeBuilder OnLog(this IP2pNodeBuilder builder, Action<string> onLog)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(onLog);
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { OnLog = onLog });
        return builder;
    }

    /// <summary>
    /// Adds a transport, or takes the place of the one with the same scheme. A node has <c>tcp</c> from the start.
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="transport">The transport; several nodes may share one.</param>
    public static IP2pNodeBuilder AddTransport(this IP2pNodeBuilder builder, IP2pTransport transport)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(transport);
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { Transport = transport });
        return builder;
    }
}
