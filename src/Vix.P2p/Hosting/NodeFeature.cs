using Vix.P2p.Messages;
using Vix.P2p.Transport;

namespace Vix.P2p.Hosting;

/// <summary>
/// What a builder sets on one node besides its options. Kept as instances in the services, so that a node made without
/// a container finds them there too.
/// </summary>
internal sealed record NodeFeature(string Node)
{
    public Action<string>? OnLog { get; init; }

    public IP2pTransport? Transport { get; init; }

    public ProtocolRegistration? Protocol { get; init; }

    public IP2pGatekeeper? Gatekeeper { get; init; }

    /// <summary>A gatekeeper that the container makes.</summary>
    public Type? GatekeeperClass { get; init; }

    public NodeSeams? Seams { get; init; }
}
