using System.Net;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Benchmarks.Fanout;

/// <summary>TCP whose connections can be made to read nothing for a while: what waits stays with the system and the sender.</summary>
internal sealed class StallingTransport : IP2pTransport
{
    private readonly TcpTransport _tcp = new();
    private volatile TaskCompletionSource? _stalled;

    public string Scheme => _tcp.Scheme;

    /// <summary>Completes when reading goes on.</summary>
    public Task Reading => _stalled?.Task ?? Task.CompletedTask;

    public void Stall() => _stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => _stalled?.TrySetResult();

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        _tcp.ResolveAsync(endpoint, cancellationToken);

    public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) =>
        new StallingConnection(this, await _tcp.DialAsync(address, cancellationToken));

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        _tcp.ListenAsync(options, cancellationToken);
}
