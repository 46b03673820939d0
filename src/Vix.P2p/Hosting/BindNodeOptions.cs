using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Hosting;

/// <summary>Reads a node's section of the host's configuration, where there is one.</summary>
internal sealed class BindNodeOptions(NodeRegistration registration, IConfiguration? configuration) : IConfigureNamedOptions<P2pNodeOptions>
{
    public void Configure(P2pNodeOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, P2pNodeOptions options)
    {
        if (name != registration.Name)
            return;
        // One section, once: lists grow with each time they are bound.
        if (registration.Given is { } given)
            given.Bind(options);
        else
            configuration?.GetSection(registration.Section).Bind(options);
    }
}
