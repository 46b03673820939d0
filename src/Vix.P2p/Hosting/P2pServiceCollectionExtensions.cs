using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vix.P2p;
using Vix.P2p.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds peer-to-peer nodes to a host.</summary>
public static class P2pServiceCollectionExtensions
{
    /// <summary>
    /// Adds a node that reads the section <c>P2p</c> of the host's configuration, is validated at start and runs with
    /// the host. <see cref="IP2pNode"/> is resolvable. Calling it again adds nothing twice.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IP2pNodeBuilder AddP2pNode(this IServiceCollection services) => Add(services, Options.Options.DefaultName);

    /// <summary>Adds a node as <see cref="AddP2pNode(IServiceCollection)"/> does; the delegate has the last word.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options, after the configuration.</param>
    public static IP2pNodeBuilder AddP2pNode(this IServiceCollection services, Action<P2pNodeOptions> configure) =>
        AddP2pNode(services, Options.Options.DefaultName, configure);

    /// <summary>Adds a node that reads the given section instead of <c>P2p</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section that holds the node's options.</param>
    public static IP2pNodeBuilder AddP2pNode(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, Options.Options.DefaultName, section);
    }

    /// <summary>
    /// Adds a keyed node, one of several: it reads the section <c>P2p:Nodes:{name}</c> and is resolved as the keyed
    /// service <see cref="IP2pNode"/> of that name.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The node's key.</param>
    public static IP2pNodeBuilder AddP2pNode(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name);
    }

    /// <summary>Adds a keyed node as <see cref="AddP2pNode(IServiceCollection, string)"/> does; the delegate has the last word.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The node's key.</param>
    /// <param name="configure">Sets options, after the configuration.</param>
    public static IP2pNodeBuilder AddP2pNode(this IServiceCollection services, string name, Action<P2pNodeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        IP2pNodeBuilder builder = Add(services, name);
        services.Configure(name, configure);
        return builder;
    }

    private static P2pNodeBuilder Add(IServiceCollection services, string name, IConfigurationSection? section = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        NodeRegistration? known = services
            .Select(service => service.IsKeyedService ? null : service.ImplementationInstance as NodeRegistration)
            .FirstOrDefault(registration => registration?.Name == name);
        NodeRegistration registration = known ?? new NodeRegistration(name);
        if (section is not null)
        {
            registration.Given = section;
            registration.Section = section.Path;
        }

        if (known is not null)
            return new P2pNodeBuilder(services, name);

        services.AddSingleton(registration);
        services.AddSingleton<IConfigureOptions<P2pNodeOptions>>(provider => new BindNodeOptions(registration, provider.GetService<IConfiguration>()));
        services.AddSingleton<IValidateOptions<P2pNodeOptions>>(new P2pNodeOptionsValidator(name, () => registration.Section));
        services.AddOptions<P2pNodeOptions>(name).ValidateOnStart();
        services.AddKeyedSingleton(name, (provider, _) => Create(provider, registration));
        services.AddKeyedSingleton<IP2pNode>(name, static (provider, key) => provider.GetRequiredKeyedService<P2pNode>(key));
        if (name.Length == 0)
            services.AddSingleton<IP2pNode>(static provider => provider.GetRequiredKeyedService<P2pNode>(Options.Options.DefaultName));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, P2pHostedService>());
        return new P2pNodeBuilder(services, name);
    }

    private static P2pNode Create(IServiceProvider provider, NodeRegistration registration) => new(
        provider.GetRequiredService<IOptionsMonitor<P2pNodeOptions>>().Get(registration.Name),
        registration.Section,
        provider.GetServices<NodeFeature>().Where(feature => feature.Node == registration.Name),
        provider,
        provider.GetService<ILoggerFactory>(),
        provider.GetService<TimeProvider>());
}
