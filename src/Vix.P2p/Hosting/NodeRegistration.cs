namespace Vix.P2p.Hosting;

/// <summary>One node that was added to the services; their order is the order in which nodes start.</summary>
internal sealed record NodeRegistration(string Name)
{
    /// <summary>The path of its section in the configuration, which messages name.</summary>
    public string Section { get; set; } = Name.Length == 0 ? "P2p" : $"P2p:Nodes:{Name}";
}
