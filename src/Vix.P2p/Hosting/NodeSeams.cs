using Vix.P2p.Handshake;

namespace Vix.P2p.Hosting;

/// <summary>
/// Where a node takes from what no seed determines, for a simulation that repeats to the byte. Nothing public leads
/// here: a node of a program has the system's.
/// </summary>
internal sealed record NodeSeams
{
    /// <summary>Makes the identity, whose DH function the handshakes use; null for the options' P-256 key.</summary>
    public Func<NodeIdentity>? CreateIdentity { get; init; }

    /// <summary>The jitter of backoff, 0 to 1.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>The id of this run of the node.</summary>
    public Func<string> NewInstance { get; init; } = static () => Guid.NewGuid().ToString("N");

    /// <summary>Whether a change of this machine's network ends the waits of backoff.</summary>
    public bool HeedsNetworkChanges { get; init; } = true;
}
