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
        IConfigurationSection? section = registration.Given ?? configuration?.GetSection(registration.Section);
        if (section is null)
            return;
        section.Bind(options);
        // To the binder an empty list is none, and text is no list. Both would let everyone in where somebody meant to
        // choose, so they go to the validation as what they are.
        if (section[nameof(options.AllowedPeers)] is { } text)
            options.AllowedPeers = text.Length == 0 ? [] : [text];
    }
}
