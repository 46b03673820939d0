using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.Http.Filters;
using Vix.P2p.Http.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the control plane's filters on endpoints of the host.</summary>
public static class P2pEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Lets <c>P2p:Control:HeavyConcurrency</c> requests run at once on the endpoints of this builder together, and
    /// answers 429 beyond. The place is held until the response is written.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints; route handlers or others that run endpoint filters.</param>
    /// <param name="node">The key of the node whose settings count; null for the one that has none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TBuilder WithP2pHeavy<TBuilder>(this TBuilder builder, string? node = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        HeavyGate? gate = null;
        builder.Add(endpoint => endpoint.Metadata.Add(HeavyMetadata.Instance));
        FilterConvention.Add(builder, nameof(WithP2pHeavy), services =>
        {
            ControlOptions options = ControlOptionsSource.Read(services, node);
            // Endpoints are built under routing's own lock; all of this builder share one gate.
            gate ??= new HeavyGate(options.HeavyConcurrency);
            return new HeavyFilter(gate, options.Section);
        });
        return builder;
    }

    /// <summary>
    /// Applies the control plane's rule of who may call: where the host requires authorization it follows the host,
    /// any other endpoint answers callers on this machine and holders of <c>P2p:Control:ApiKey</c>. AllowAnonymous
    /// does not open it; <see cref="AllowP2pAnonymous"/> does.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints; route handlers or others that run endpoint filters.</param>
    /// <param name="node">The key of the node whose settings count; null for the one that has none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TBuilder WithP2pProtected<TBuilder>(this TBuilder builder, string? node = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(AccessMetadata.Protected));
        FilterConvention.Add(builder, nameof(WithP2pProtected), services =>
        {
            ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(Log.Category) ?? NullLogger.Instance;
            return new ProtectedFilter(new CallerCheck(ControlOptionsSource.Read(services, node), logger));
        });
        return builder;
    }

    /// <summary>
    /// Opens protected endpoints to everyone, as AllowAnonymous opens those that only read. What the host requires
    /// beside it still counts, and pages of other origins stay shut out.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TBuilder AllowP2pAnonymous<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(AllowP2pAnonymousMetadata.Instance));
        return builder;
    }
}
