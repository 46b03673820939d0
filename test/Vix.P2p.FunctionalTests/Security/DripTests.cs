using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Testing;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Rows 3, 6 and 7 of docs/security.md: a thousand who send a byte a second, as if each had an address of its own.</summary>
[TestFixture]
public sealed class DripTests
{
    private const int Drips = 1000;
    private const int Wave = 100;
    private const int Places = 64;
    private const int Block = 4_096;

    private readonly List<Socket> _drips = [];

    [TearDown]
    public void Close() => _drips.ForEach(drip => drip.Dispose());

    [Test]
    public async Task Hellos_AByteASecondOnAThousand_HoldSixtyFourPlacesAndAreGoneAtFive()
    {
        var time = new ManualTimeProvider();
        var pool = new BlockPool();
        await using var node = await TestNode.StartAsync(build: builder => builder.AddTransport(new TcpTransport(pool)), time: time);
        var honest = new List<ReferencePeer>();
        var ends = new List<Task>();
        for (var wave = 1; wave <= Drips / Wave; wave++)
        {
            for (var drip = 0; drip < Wave; drip++)
                ends.Add(await DripAsync(node));
            // All of the wave have come, and those who had to give way have left.
            await UntilAsync(() => node.Status.HandshakesStarted == (wave * Wave) + honest.Count && Pending(node) == Places && pool.Bytes <= Places * Block);

            honest.Add(await NodeHandshakeTests.DialAsync(node, new ReferencePeerOptions()));
            await honest[^1].HandshakeAsync();
            await UntilAsync(() => node.Connected.Count == honest.Count);
        }

        await UntilAsync(() => ends.Count(end => end.IsCompleted) >= Drips - Places);
        for (var second = 1; second < 5; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await SendToAllAsync((byte)second);
            await ShouldBeAnsweredAsync(honest[second]);
            Pending(node).Should().BeLessThan(Places);
            node.Status.LimitRejections["handshake_timeout"].Should().Be(0);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(ends).Soon();
        await UntilAsync(() => Pending(node) == 0);

        var status = node.Status;
        status.HandshakesFailed.Should().Be(Drips);
        status.LimitRejections["handshake_timeout"].Should().BePositive().And.BeLessThanOrEqualTo(Places);
        (status.LimitRejections["handshake_timeout"] + status.LimitRejections["pending_handshakes"]).Should().Be(Drips);
        foreach (var peer in honest)
            await ShouldBeAnsweredAsync(peer);
        honest.ForEach(peer => peer.Dispose());
    }

    private static long Pending(TestNode node)
    {
        var status = node.Status;
        return status.HandshakesStarted - status.HandshakesCompleted - status.HandshakesFailed;
    }

    // The first byte of a Hello's length; the task ends when the node has ended the connection.
    private async Task<Task> DripAsync(TestNode node)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _drips.Add(socket);
        await socket.ConnectAsync(node.EndPoint).Soon();
        await socket.SendAsync(new byte[] { 0 });
        return EndAsync(socket);
    }

    private async Task SendToAllAsync(byte second)
    {
        byte[] hello = [0, 75, 1, (byte)'V', (byte)'I'];
        foreach (var drip in _drips)
        {
            try
            {
                await drip.SendAsync(hello.AsMemory(second, 1));
            }
            catch (SocketException)
            {
                // It had to give way.
            }
        }
    }

    private static async Task EndAsync(Socket socket)
    {
        try
        {
            (await socket.ReceiveAsync(new byte[1])).Should().Be(0);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Ended with bytes of ours unread.
        }
    }

    private static async Task ShouldBeAnsweredAsync(ReferencePeer peer)
    {
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, 1, 2, 3, 4, 5, 6, 7, 8);
        (await peer.ReadUntilAsync(ReferencePeerFrame.Pong)).Body.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8);
    }

    // Counters have no event: others get their turn, and it is looked at again.
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(Guard.Time);
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
