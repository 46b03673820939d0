using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Simulation.Network;

/// <summary>A host's way into the simulated network.</summary>
internal sealed class SimTransport(SimHost host) : IP2pTransport
{
    public const string Name = "sim";

    public const int Port = 9000;

    public string Scheme => Name;

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        new([new IPEndPoint(IPAddress.Parse(endpoint.Host), endpoint.Port)]);

    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) =>
        host.Network.DialAsync(host, (IPEndPoint)address, cancellationToken);

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken)
    {
        host.Listener = new SimListener(host, new IPEndPoint(host.Address, options.Port), options);
        return new(host.Listener);
    }
}
