using System.Collections.Concurrent;
using System.Net;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>TCP with names of a test's own, and addresses at which nobody ever answers.</summary>
internal sealed class ScriptedTransport : IP2pTransport
{
    private readonly TcpTransport _tcp = new();

    public string Scheme => "tcp";

    /// <summary>What a name stands for.</summary>
    public Dictionary<string, EndPoint[]> Names { get; } = [];

    /// <summary>Addresses that swallow a dial, as a firewall does.</summary>
    public HashSet<EndPoint> Silent { get; } = [];

    /// <summary>What was dialled, in order.</summary>
    public ConcurrentQueue<EndPoint> Dialled { get; } = new();

    /// <summary>Completes when a silent address has been dialled.</summary>
    public TaskCompletionSource SilentDialled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        Names.TryGetValue(endpoint.Host, out var addresses) ? new(addresses) : _tcp.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        Dialled.Enqueue(address);
        if (!Silent.Contains(address))
            return await _tcp.DialAsync(address, cancellationToken);
        SilentDialled.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("An endless wait has ended.");
    }

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        _tcp.ListenAsync(options, cancellationToken);
}
