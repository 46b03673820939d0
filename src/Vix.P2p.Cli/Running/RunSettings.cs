using Microsoft.Extensions.Logging;

namespace Vix.P2p.Cli.Running;

/// <summary>What is run.</summary>
internal sealed record RunSettings
{
    /// <summary>Its name; null for the machine's.</summary>
    public string? NodeId { get; init; }

    /// <summary>Where peers reach it; nowhere for a node that only dials.</summary>
    public BindAddress Listen { get; init; } = BindAddress.None;

    /// <summary>The peers that are kept connected.</summary>
    public IReadOnlyList<EndpointText> Connect { get; init; } = [];

    /// <summary>Where the control plane is.</summary>
    public BindAddress Http { get; init; } = BindAddress.None;

    public string? ApiKeyFile { get; init; }

    public string? Identity { get; init; }

    public string? NetworkKeyFile { get; init; }

    /// <summary>How long it runs; null for until it is stopped.</summary>
    public TimeSpan? Run { get; init; }

    /// <summary>How often figures are written; null for never.</summary>
    public TimeSpan? StatsEvery { get; init; }

    public bool Quiet { get; init; }

    public LogLevel LogLevel { get; init; }
}
