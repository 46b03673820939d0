using System.Diagnostics.CodeAnalysis;

namespace Vix.P2p.Transport;

/// <summary>Scheme → transport, for one node.</summary>
internal sealed class TransportMap
{
    private readonly Dictionary<string, IP2pTransport> _byScheme = new(StringComparer.Ordinal);

    /// <summary>Later ones take the place of earlier ones of the same scheme.</summary>
    public TransportMap(IEnumerable<IP2pTransport> transports)
    {
        foreach (IP2pTransport transport in transports)
            _byScheme[transport.Scheme] = transport;
    }

    public bool TryGet(string scheme, [NotNullWhen(true)] out IP2pTransport? transport) => _byScheme.TryGetValue(scheme, out transport);
}
