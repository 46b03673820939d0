using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Control;

/// <summary>
/// Says once at start, outside Development, that a proxy on this machine could pass for a local caller. Conventions
/// are set after the routes are mapped, so only a started host knows them all.
/// </summary>
internal static class StartWarning
{
    public static void Register(IServiceProvider services, ControlPlane plane)
    {
        bool guarded = plane.Options.Key is not null || !plane.Options.AllowLocal;
        if (guarded || services.GetService<IHostEnvironment>()?.IsDevelopment() != false)
            return;
        services.GetService<IHostApplicationLifetime>()?.ApplicationStarted.Register(() =>
        {
            IEnumerable<Endpoint> own = services.GetRequiredService<EndpointDataSource>().Endpoints
                .Where(endpoint => ReferenceEquals(endpoint.Metadata.GetMetadata<ControlPlane>(), plane));
            if (!own.Any(endpoint => CallerCheck.IsProtectedByHost(endpoint.Metadata)))
                Log.LocalWayOpen(plane.Logger, plane.Options.Prefix, plane.Options.Section);
        });
    }
}
