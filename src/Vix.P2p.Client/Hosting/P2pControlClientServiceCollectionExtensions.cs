using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vix.P2p.Client;
using Vix.P2p.Client.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clients of control planes to a container.</summary>
public static class P2pControlClientServiceCollectionExtensions
{
    private const string HttpClientName = "Vix.P2p.Client";

    /// <summary>
    /// Adds a client of a control plane: <see cref="P2pControlClient"/> is resolvable, one for all. Calling it again adds
    /// nothing twice; the delegates of each call count.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null where they are configured elsewhere.</param>
    /// <returns>Takes what every request passes: handlers, logging, resilience.</returns>
    public static IHttpClientBuilder AddP2pControlClient(this IServiceCollection services, Action<P2pControlClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        IHttpClientBuilder builder = Add(services, Microsoft.Extensions.Options.Options.DefaultName, HttpClientName, configure);
        services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<P2pControlClient>(Microsoft.Extensions.Options.Options.DefaultName));
        return builder;
    }

    /// <summary>
    /// Adds a keyed client, one of several: it is resolved as the keyed service <see cref="P2pControlClient"/> of that
    /// name, and its options are the named ones.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key of the client.</param>
    /// <param name="configure">Sets the options; null where they are configured elsewhere.</param>
    /// <returns>Takes what every request passes: handlers, logging, resilience.</returns>
    public static IHttpClientBuilder AddP2pControlClient(this IServiceCollection services, string name, Action<P2pControlClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, $"{HttpClientName}:{name}", configure);
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, string httpClient, Action<P2pControlClientOptions>? configure)
    {
        if (configure is not null)
            services.Configure(name, configure);
        IHttpClientBuilder builder = services.AddHttpClient(httpClient);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(P2pControlClient) && name.Equals(service.ServiceKey)))
            return builder;

        services.AddSingleton<IValidateOptions<P2pControlClientOptions>>(new ControlClientOptionsValidator(name));
        services.AddKeyedSingleton(name, (provider, _) => new P2pControlClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(httpClient),
            Options(provider, name),
            provider.GetService<TimeProvider>()));
        return builder
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => PrimaryHandler.Create(Options(provider, name)))
            // The primary handler looks names up anew by itself, so that one client can be kept for good.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(["Authorization"]);
    }

    private static P2pControlClientOptions Options(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<P2pControlClientOptions>>().Get(name);
}
