using System.Net;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>Two ends of one connection over the loopback, each with a pool that counts.</summary>
internal sealed class TcpPair : IAsyncDisposable
{
    private TcpPair(IP2pTransportConnection near, CountingPool nearPool, IP2pTransportConnection far, CountingPool farPool)
    {
        Near = near;
        NearPool = nearPool;
        Far = far;
        FarPool = farPool;
    }

    public IP2pTransportConnection Near { get; }

    public CountingPool NearPool { get; }

    public IP2pTransportConnection Far { get; }

    public CountingPool FarPool { get; }

    public static async Task<TcpPair> ConnectAsync(CancellationToken token)
    {
        CountingPool nearPool = new();
        CountingPool farPool = new();
        await using IP2pTransportListener listener = await ListenAsync(new TcpTransport(farPool), "127.0.0.1", token);
        IP2pTransportConnection near = await new TcpTransport(nearPool).DialAsync(listener.LocalEndPoint, token);
        return new TcpPair(near, nearPool, (await listener.AcceptAsync(token))!, farPool);
    }

    public static ValueTask<IP2pTransportListener> ListenAsync(
        TcpTransport transport, string? address, CancellationToken token, Func<EndPoint?, bool>? admit = null) =>
        transport.ListenAsync(new P2pListenOptions { Address = address, Port = 0, Admit = admit ?? (_ => true) }, token);

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
        // A test ends its reads and flushes; then nothing may be out.
        Assert.That(NearPool.Count + FarPool.Count, Is.Zero, "arrays that never came back");
    }
}
