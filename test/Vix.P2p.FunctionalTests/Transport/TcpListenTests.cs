using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Transport;

[CancelAfter(30_000)]
internal sealed class TcpListenTests
{
    private static readonly TcpTransport Transport = new();

    [Test]
    public async Task Listen_PortInUse_NamesAddressPortAndCause(CancellationToken token)
    {
        await using IP2pTransportListener first = await TcpPair.ListenAsync(Transport, "127.0.0.1", token);
        int port = ((IPEndPoint)first.LocalEndPoint).Port;

        Func<Task> second = async () => await Transport.ListenAsync(
            new P2pListenOptions { Address = "127.0.0.1", Port = port, Admit = _ => true }, token);

        P2pTransportException thrown = (await second.Should().ThrowAsync<P2pTransportException>()).Which;
        thrown.Message.Should().Be($"Cannot listen on 127.0.0.1:{port}: the port is in use.");
        thrown.Reason.Should().Be(P2pReason.TransportFailed);
    }

    [Test]
    public async Task Listen_AllAddressesOnAPortInUse_IsRefused(CancellationToken token)
    {
        await using IP2pTransportListener first = await TcpPair.ListenAsync(Transport, null, token);
        int port = ((IPEndPoint)first.LocalEndPoint).Port;

        Func<Task> second = async () => await Transport.ListenAsync(
            new P2pListenOptions { Address = null, Port = port, Admit = _ => true }, token);

        await second.Should().ThrowAsync<P2pTransportException>().WithMessage($"*:{port}:*in use*");
    }

    [TestCase("localhost")]
    [TestCase("")]
    [TestCase("127.0.0.1:80:90")]
    public async Task Listen_NoAddress_SaysSo(string address, CancellationToken token)
    {
        Func<Task> listen = async () => await TcpPair.ListenAsync(Transport, address, token);

        await listen.Should().ThrowAsync<P2pTransportException>().WithMessage("*no IPv4 or IPv6 address*");
    }

    [Test]
    public async Task Listen_AddressOfAnotherMachine_SaysSo(CancellationToken token)
    {
        Func<Task> listen = async () => await TcpPair.ListenAsync(Transport, "198.51.100.7", token);

        await listen.Should().ThrowAsync<P2pTransportException>().WithMessage("Cannot listen on 198.51.100.7:0: *");
    }

    [Test]
    public async Task Accept_AllAddresses_ReportsAnIPv4PeerAsIPv4(CancellationToken token)
    {
        EndPoint? asked = null;
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, null, token, remote =>
        {
            asked = remote;
            return true;
        });
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        await using IP2pTransportConnection near = await Transport.DialAsync(new IPEndPoint(IPAddress.Loopback, port), token);
        await using IP2pTransportConnection far = (await listener.AcceptAsync(token))!;

        asked.Should().Be(near.LocalEndPoint);
        far.RemoteEndPoint.Should().Be(near.LocalEndPoint);
        far.LocalEndPoint.Should().Be(near.RemoteEndPoint);
    }

    [TestCase("::1")]
    [TestCase(null)]
    public async Task Accept_IPv6Peer_ReportsIt(string? address, CancellationToken token)
    {
        RequireIPv6();
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, address, token);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        await using IP2pTransportConnection near = await Transport.DialAsync(new IPEndPoint(IPAddress.IPv6Loopback, port), token);
        await using IP2pTransportConnection far = (await listener.AcceptAsync(token))!;

        far.RemoteEndPoint.Should().Be(near.LocalEndPoint);
        ((IPEndPoint)far.RemoteEndPoint!).Address.Should().Be(IPAddress.IPv6Loopback);
    }

    [Test]
    public async Task Accept_NotAdmitted_ResetsTheNewcomerAndGoesOn(CancellationToken token)
    {
        int asked = 0;
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, "127.0.0.1", token, _ => ++asked > 2);
        await using IP2pTransportConnection first = await Transport.DialAsync(listener.LocalEndPoint, token);
        await using IP2pTransportConnection second = await Transport.DialAsync(listener.LocalEndPoint, token);
        await using IP2pTransportConnection third = await Transport.DialAsync(listener.LocalEndPoint, token);

        await using IP2pTransportConnection admitted = (await listener.AcceptAsync(token))!;

        admitted.RemoteEndPoint.Should().Be(third.LocalEndPoint);
        foreach (IP2pTransportConnection refused in (IP2pTransportConnection[])[first, second])
        {
            Func<Task> read = async () => await refused.Input.ReadAsync(token);
            await read.Should().ThrowAsync<IOException>();
        }
    }

    [Test]
    public async Task Accept_ListenerDisposed_IsNull(CancellationToken token)
    {
        IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, "127.0.0.1", token);
        ValueTask<IP2pTransportConnection?> pending = listener.AcceptAsync(token);

        await listener.DisposeAsync();
        await listener.DisposeAsync();

        (await pending).Should().BeNull();
        (await listener.AcceptAsync(token)).Should().BeNull();
    }

    [Test]
    public async Task Accept_Cancelled_GoesOnWithTheNextCall(CancellationToken token)
    {
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, "127.0.0.1", token);
        using CancellationTokenSource giveUp = new();
        Task pending = listener.AcceptAsync(giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();

        await using IP2pTransportConnection near = await Transport.DialAsync(listener.LocalEndPoint, token);
        await using IP2pTransportConnection? far = await listener.AcceptAsync(token);
        far.Should().NotBeNull();
    }

    private static void RequireIPv6()
    {
        try
        {
            using Socket probe = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        }
        catch (SocketException e)
        {
            Assert.Ignore($"This machine has no IPv6 loopback: {e.Message}.");
        }
    }
}
