using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Benchmarks.Fanout;

internal sealed class StallingConnection(StallingTransport transport, IP2pTransportConnection inner) : IP2pTransportConnection
{
    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public PipeReader Input { get; } = new StallingReader(transport, inner.Input);

    public PipeWriter Output => inner.Output;

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
