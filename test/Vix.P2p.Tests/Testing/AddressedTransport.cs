using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>Shows newcomers of the in-memory network with IP addresses, which the limits an address count by.</summary>
internal sealed class AddressedTransport(IP2pTransport inner, Func<int, IPAddress> addressOfPort) : IP2pTransport
{
    public string Scheme => inner.Scheme;

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

    public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) =>
        new Listener(await inner.ListenAsync(new P2pListenOptions { Address = options.Address, Port = options.Port, Admit = remote => options.Admit(Of(remote)) }, cancellationToken), this);

    private IPEndPoint Of(EndPoint? remote) => new(addressOfPort(((DnsEndPoint)remote!).Port), ((DnsEndPoint)remote).Port);

    private sealed class Listener(IP2pTransportListener inner, AddressedTransport owner) : IP2pTransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is { } connection ? new Connection(connection, owner.Of(connection.RemoteEndPoint)) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Connection(IP2pTransportConnection inner, EndPoint remote) : IP2pTransportConnection
    {
        public EndPoint? LocalEndPoint => inner.LocalEndPoint;

        public EndPoint? RemoteEndPoint => remote;

        public PipeReader Input => inner.Input;

        public PipeWriter Output => inner.Output;

        public void Abort() => inner.Abort();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
