using System.Net;

namespace Vix.P2p.Transport.Memory;

/// <summary>
/// A network inside one process, for tests and demonstrations: nodes that share an instance reach each other by
/// <c>memory://name:port</c>. Nothing leaves the process, and no socket or thread is used. Thread-safe.
/// </summary>
public sealed class MemoryTransport : IP2pTransport
{
    /// <summary>The host that <see cref="IP2pTransportListener.LocalEndPoint"/> shows for a listener on all names.</summary>
    public const string AnyName = "localhost";

    private const int FirstPickedPort = 49_152;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Name, int Port), MemoryListener> _listeners = [];
    private int _nextPort = FirstPickedPort;

    /// <summary>The scheme of its endpoints: <c>memory</c>.</summary>
    public string Scheme => "memory";

    /// <summary>The endpoint's name and port as one <see cref="DnsEndPoint"/>; no name is unknown before it is dialled.</summary>
    /// <param name="endpoint">What is to be dialled.</param>
    /// <param name="cancellationToken">Not used: it answers at once.</param>
    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new ValueTask<IReadOnlyList<EndPoint>>([new DnsEndPoint(endpoint.Host, endpoint.Port)]);
    }

    /// <summary>Connects to the listener of that name and port, or else to the one on all names with that port.</summary>
    /// <param name="address">A <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Gives up before it has begun; it then answers at once.</param>
    /// <exception cref="P2pTransportException">Nobody listens there, or more newcomers wait than a listener holds.</exception>
    /// <exception cref="ArgumentException"><paramref name="address"/> is of another kind.</exception>
    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        if (address is not DnsEndPoint target)
            throw new ArgumentException($"An address of this transport is a {nameof(DnsEndPoint)}.", nameof(address));
        cancellationToken.ThrowIfCancellationRequested();
        MemoryListener? listener;
        DnsEndPoint local;
        lock (_gate)
        {
            if (!_listeners.TryGetValue(Key(target.Host, target.Port), out listener))
                _listeners.TryGetValue((null, target.Port), out listener);
            local = new DnsEndPoint(AnyName, PickPort());
        }

        if (listener is null)
            throw Refused(target, "nobody listens there");
        (MemoryConnection dialler, MemoryConnection accepted) = MemoryConnection.CreatePair(local, target);
        if (!listener.TryEnqueue(accepted))
            throw Refused(target, "it is closing, or too many newcomers wait");
        return new ValueTask<IP2pTransportConnection>(dialler);
    }

    /// <summary>Listens on a name and port of this network.</summary>
    /// <param name="options">The name (null: every name) and the port (0: one that is free).</param>
    /// <param name="cancellationToken">Gives up before it has begun; it then answers at once.</param>
    /// <exception cref="P2pTransportException">Somebody listens there.</exception>
    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            int port = options.Port == 0 ? PickPort() : options.Port;
            (string? Name, int Port) key = Key(options.Address, port);
            DnsEndPoint local = new(options.Address ?? AnyName, port);
            MemoryListener listener = new(local, options.Admit, () => Remove(key));
            if (!_listeners.TryAdd(key, listener))
                throw new P2pTransportException(P2pReason.TransportFailed, $"Cannot listen on {local.Host}:{port}: the port is in use.");
            return new ValueTask<IP2pTransportListener>(listener);
        }
    }

    private static (string? Name, int Port) Key(string? name, int port) => (name?.ToLowerInvariant(), port);

    private static P2pTransportException Refused(DnsEndPoint target, string cause) =>
        new(P2pReason.ConnectionRefused, $"{target.Host}:{target.Port}: {cause}.");

    // Listeners and diallers draw from the same range; only a listener's port is ever taken.
    private int PickPort()
    {
        do
        {
            _nextPort = _nextPort == IPEndPoint.MaxPort ? FirstPickedPort : _nextPort + 1;
        }
        while (IsTaken(_nextPort));

        return _nextPort;
    }

    private bool IsTaken(int port)
    {
        foreach ((string? Name, int Port) key in _listeners.Keys)
        {
            if (key.Port == port)
                return true;
        }

        return false;
    }

    private void Remove((string? Name, int Port) key)
    {
        lock (_gate)
            _listeners.Remove(key);
    }
}
