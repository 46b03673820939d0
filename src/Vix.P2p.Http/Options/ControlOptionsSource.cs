using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Http.Options;

/// <summary>
/// Reads a node's control options: the configuration first, then what the host's code sets. It needs no registration
/// of its own, so that mapping routes needs no Add call beside AddP2pNode.
/// </summary>
internal static class ControlOptionsSource
{
    /// <summary>The section of a node's control options.</summary>
    public static string SectionOf(string? node) =>
        string.IsNullOrEmpty(node) ? "P2p:Control" : $"P2p:Nodes:{node}:Control";

    /// <exception cref="OptionsValidationException">A setting is out of its range; the message names its path.</exception>
    public static ControlOptions Read(IServiceProvider services, string? node)
    {
        string name = node ?? "";
        string section = SectionOf(node);
        P2pControlOptions options = new();
        services.GetService<IConfiguration>()?.GetSection(section).Bind(options);
        foreach (IConfigureOptions<P2pControlOptions> configure in services.GetServices<IConfigureOptions<P2pControlOptions>>())
        {
            if (configure is IConfigureNamedOptions<P2pControlOptions> named)
                named.Configure(name, options);
            else if (name.Length == 0)
                configure.Configure(options);
        }

        foreach (IPostConfigureOptions<P2pControlOptions> configure in services.GetServices<IPostConfigureOptions<P2pControlOptions>>())
            configure.PostConfigure(name, options);

        List<string> failures = [];
        ControlOptions? checkedOptions = ControlOptionsValidator.Validate(options, section, failures);
        return checkedOptions ?? throw new OptionsValidationException(name, typeof(P2pControlOptions), failures);
    }
}
