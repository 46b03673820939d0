using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Control;

/// <summary>
/// Notes on a route builder which prefix has a control plane. Routing by itself finds out about two of them at the first
/// request, and answers it with 500.
/// </summary>
internal sealed class MappedPrefix : EndpointDataSource
{
    private readonly string _prefix;

    private MappedPrefix(string prefix) => _prefix = prefix;

    public override IReadOnlyList<Endpoint> Endpoints => [];

    /// <exception cref="InvalidOperationException">The prefix is taken.</exception>
    public static void Take(IEndpointRouteBuilder endpoints, string prefix)
    {
        foreach (EndpointDataSource source in endpoints.DataSources)
        {
            if (source is MappedPrefix mapped && string.Equals(mapped._prefix, prefix, StringComparison.OrdinalIgnoreCase))
                throw new InvalidOperationException($"A control plane is mapped under {mapped._prefix} already. Give this one a path of its own, such as app.MapP2pControl(\"/node\"), or map each in a group that RequireHost tells apart.");
        }

        endpoints.DataSources.Add(new MappedPrefix(prefix));
    }

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;
}
