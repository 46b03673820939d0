using Microsoft.Extensions.Configuration;

namespace Vix.P2p.Hosting;

/// <summary>One node that was added to the services; their order is the order in which nodes start.</summary>
internal sealed record NodeRegistration(string Name)
{
    /// <summary>The section that the host's builder was given; null for the one at <see cref="Section"/>.</summary>
    public IConfigurationSection? Given { get; set; }

    /// <summary>The path of its section in the configuration, which messages name.</summary>
    public string Section { get; set; } = Name.Length == 0 ? "P2p" : $"P2p:Nodes:{Name}";
}
