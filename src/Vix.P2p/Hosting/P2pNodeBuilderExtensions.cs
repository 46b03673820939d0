using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
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

    /// <summary>
    /// Lets the program decide who may come in. Several are asked one after the other, and all of them have to agree.
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="gatekeeper">Is asked; from several tasks at once.</param>
    public static IP2pNodeBuilder AddGatekeeper(this IP2pNodeBuilder builder, IP2pGatekeeper gatekeeper)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(gatekeeper);
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { Gatekeeper = gatekeeper });
        return builder;
    }

    /// <summary>
    /// Lets a class of the container decide who may come in, as <see cref="AddGatekeeper(IP2pNodeBuilder, IP2pGatekeeper)"/>
    /// does; it is added as a singleton unless it is a service already. Only for nodes of a host:
    /// <see cref="P2pNode.Create"/> has no container, and refuses it.
    /// </summary>
    /// <typeparam name="TGatekeeper">The gatekeeper.</typeparam>
    /// <param name="builder">The node's builder.</param>
    public static IP2pNodeBuilder AddGatekeeper<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TGatekeeper>(this IP2pNodeBuilder builder)
        where TGatekeeper : class, IP2pGatekeeper
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TGatekeeper>();
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { GatekeeperClass = typeof(TGatekeeper) });
        return builder;
    }

    /// <summary>
    /// Lets the node speak a protocol. Peers are told its name when they connect; a node speaks each name once and at
    /// most 64 of them, which is checked when the node is made.
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="name">Name and version, such as <c>chat/1</c>: 3 to 64 printable ASCII characters without spaces, with a slash between.</param>
    /// <param name="configure">Says what is done with its messages, requests and streams.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not of that form, or nothing is done with the protocol.</exception>
    public static IP2pNodeBuilder AddProtocol(this IP2pNodeBuilder builder, string name, Action<P2pProtocolBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        P2pProtocolBuilder protocol = Protocol(builder, name);
        configure(protocol);
        if (!protocol.Registration.HasHandler)
            throw new ArgumentException($"Nothing is done with {name}: give it OnMessage, OnRequest or OnStream.", nameof(configure));
        return builder.Add(protocol);
    }

    /// <summary>
    /// Lets the node speak a protocol that a class handles, as <see cref="AddProtocol"/> does. The class is made by the
    /// container, in a scope of its own for each message, request and stream; it is added as a scoped service unless it
    /// is a service already. Only for nodes of a host: <see cref="P2pNode.Create"/> has no container.
    /// </summary>
    /// <typeparam name="THandler">
    /// Implements <see cref="IP2pMessageHandler"/>, <see cref="IP2pRequestHandler"/> or <see cref="IP2pStreamHandler"/>,
    /// or several of them.
    /// </typeparam>
    /// <param name="builder">The node's builder.</param>
    /// <param name="name">Name and version, such as <c>chat/1</c>: 3 to 64 printable ASCII characters without spaces, with a slash between.</param>
    /// <param name="configure">Says more of the protocol, and has the last word; null for nothing.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not of that form, or <typeparamref name="THandler"/> is no handler.</exception>
    public static IP2pNodeBuilder AddProtocol<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IP2pNodeBuilder builder, string name, Action<P2pProtocolBuilder>? configure = null)
        where THandler : class
    {
        P2pProtocolBuilder protocol = Protocol(builder, name);
        if (!ServiceHandler<THandler>.TryRegister(protocol))
            throw new ArgumentException($"{typeof(THandler)} handles nothing of {name}: it implements none of {nameof(IP2pMessageHandler)}, {nameof(IP2pRequestHandler)} and {nameof(IP2pStreamHandler)}.");
        configure?.Invoke(protocol);
        builder.Services.TryAddScoped<THandler>();
        return builder.Add(protocol);
    }

    private static P2pProtocolBuilder Protocol(IP2pNodeBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        return ProtocolName.IsValid(name)
            ? new P2pProtocolBuilder(new ProtocolRegistration(name))
            : throw new ArgumentException($"'{name}' names no protocol; it must be {ProtocolName.Rule}.", nameof(name));
    }

    private static IP2pNodeBuilder Add(this IP2pNodeBuilder builder, P2pProtocolBuilder protocol)
    {
        builder.Services.AddSingleton(new NodeFeature(builder.Name) { Protocol = protocol.Registration });
        return builder;
    }
}
