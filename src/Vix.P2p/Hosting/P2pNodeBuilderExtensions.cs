using Vix.P2p;
using Vix.P2p.Hosting;
using Vix.P2p.Messages;
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

    /// <summary>Lets the node speak a protocol. Peers are told its name when they connect; each name once a node, at most 64 of them.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="name">Name and version, such as <c>chat/1</c>: 3 to 64 printable ASCII characters without spaces, with a slash between.</param>
    /// <param name="configure">Says what is done with its messages, requests and streams.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not of that form, or nothing is done with the protocol.</exception>
    public static IP2pNodeBuilder AddProtocol(this IP2pNodeBuilder builder, string name, Action<P2pProtocolBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var protocol = new P2pProtocolBuilder(new ProtocolRegistration(name));
        configure(protocol);
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { Protocol = protocol.Registration });
        return builder;
    }
}
