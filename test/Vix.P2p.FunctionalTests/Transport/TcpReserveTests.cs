using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>Row 20 of docs/security.md: no socket takes one of the last handles of the process, whoever asks for it.</summary>
[CancelAfter(30_000)]
internal sealed class TcpReserveTests
{
    private static readonly TcpTransport Transport = new();
    private static readonly TcpTransport WithoutHandles = new(ArrayPool<byte>.Shared, new HandleReserve(limit: 0));

    [Test]
    public async Task Accept_OnlyTheReserveIsLeft_ResetsTheNewcomerAndSaysWhy(CancellationToken token)
    {
        int asked = 0;
        await using IP2pTransportListener listener = await WithoutHandles.ListenAsync(
            new P2pListenOptions { Address = "127.0.0.1", Port = 0, Admit = _ => ++asked > 0 }, token);
        using Socket newcomer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await newcomer.ConnectAsync(listener.LocalEndPoint, token);

        Func<Task> accept = async () => await listener.AcceptAsync(token);

        (await accept.Should().ThrowAsync<P2pTransportException>()).Which.Reason.Should().Be(P2pReason.Overload, "so that accepting pauses");
        asked.Should().Be(0, "an address pays nothing for what is not its doing");
        Func<Task> read = async () => await newcomer.ReceiveAsync(new byte[1], token);
        (await read.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Test]
    public async Task Dial_OnlyTheReserveIsLeft_ReachesNobody(CancellationToken token)
    {
        using Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        target.Listen();

        Func<Task> dial = async () => await WithoutHandles.DialAsync(target.LocalEndPoint!, token);

        (await dial.Should().ThrowAsync<P2pTransportException>()).Which.Reason.Should().Be(P2pReason.Overload);
        target.Poll(0, SelectMode.SelectRead).Should().BeFalse("it was given up before it was begun");
        await using IP2pTransportConnection other = await Transport.DialAsync(target.LocalEndPoint!, token);
        target.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead).Should().BeTrue("a transport with handles does reach it");
    }
}
