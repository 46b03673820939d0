using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Testing;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Row 5 of docs/security.md: what one address does is its own affair.</summary>
[TestFixture]
[Platform("Linux", Reason = "Elsewhere 127/8 has one address.")]
public sealed class AddressFloodTests
{
    private const string Protocol = "echo/1";
    private const int Honest = 50;
    private const int Connects = 10_000;
    private const int AtOnce = 250;

    // The burst of new connections lets in so many of an address, and of these so many may shake hands.
    private const int Burst = 16;
    private const int Pending = 4;

    [Test]
    public async Task Connects_TenThousandOfOneAddress_LeaveFiftyHonestPeersAlone()
    {
        // A clock that stands still: what is admitted is the burst, and no second passes that would add to it.
        await using var hub = await TestNode.StartAsync(
            options => options.Limits.ExemptLoopback = false,
            builder => builder.AddProtocol(Protocol, protocol => protocol.OnRequest(request => request.ReplyAsync(request.Payload))),
            new ManualTimeProvider());
        var honest = new List<TestNode>();
        for (var number = 1; number <= Honest; number++)
        {
            var node = await StartAsync(new IPAddress([127, 0, 1, (byte)number]));
            await node.ConnectAsync(hub.Address);
            honest.Add(node);
        }

        await ShouldBeAnsweredAsync(honest, hub.Id, 0);
        var stranger = new IPAddress([127, 0, 2, 1]);
        var first = await OpenAsync(stranger, hub.EndPoint, Burst);
        var left = first.Select(EndAsync).ToList();
        await FirstAsync(left, Burst - Pending);

        for (var opened = Burst; opened < Connects; opened += AtOnce)
        {
            var more = await OpenAsync(stranger, hub.EndPoint, Math.Min(AtOnce, Connects - opened));
            await ShouldBeAnsweredAsync(honest, hub.Id, opened);
            await Task.WhenAll(more.Select(EndAsync)).Soon();
        }

        var status = hub.Status;
        status.HandshakesStarted.Should().Be(Honest + Pending, "of the stranger's as many began as one address may have pending");
        status.HandshakesCompleted.Should().Be(Honest);
        status.LimitRejections["new_connections_per_second"].Should().BeLessThanOrEqualTo(Connects - Burst);
        Refused(status).Should().Be(Connects - Pending);
        status.LimitRejections["pending_handshakes"].Should().Be(0, "nobody had to give way");
        hub.Connected.Should().HaveCount(Honest);
        first.ForEach(socket => socket.Dispose());
        await Task.WhenAll(honest.Select(node => node.DisposeAsync().AsTask()));
    }

    private static long Refused(NodeStatus status) =>
        status.LimitRejections["new_connections_per_second"] + status.LimitRejections["connections_per_address"] + status.LimitRejections["pending_handshakes_per_address"];

    private static Task<TestNode> StartAsync(IPAddress source) => TestNode.StartAsync(
        options => options.ListenOnAnyPort = false,
        builder => builder.AddTransport(new SourceTransport(source)).AddProtocol(Protocol, protocol => protocol.OnRequest(request => request.ReplyAsync(request.Payload))));

    private static async Task ShouldBeAnsweredAsync(List<TestNode> honest, PeerId hub, int number)
    {
        var question = BitConverter.GetBytes(number);
        var answers = await Task.WhenAll(honest.Select(node => node.Node.RequestAsync(hub, Protocol, question).AsTask())).Soon();
        answers.Should().AllSatisfy(answer => answer.ToArray().Should().Equal(question));
    }

    private static async Task<List<Socket>> OpenAsync(IPAddress source, IPEndPoint target, int count)
    {
        using var guard = new CancellationTokenSource(Guard.Time);
        var sockets = new List<Socket>();
        for (var opened = 0; opened < count; opened++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            socket.Bind(new IPEndPoint(source, 0));
            try
            {
                await socket.ConnectAsync(target, guard.Token);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Refused so soon that it reads as a failed connect.
                socket.Dispose();
            }
        }

        return sockets;
    }

    // Refused is: ended by the node, with nothing said.
    private static async Task EndAsync(Socket socket)
    {
        try
        {
            if (socket.SafeHandle.IsClosed)
                return;
            (await socket.ReceiveAsync(new byte[1])).Should().Be(0);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.OperationAborted)
        {
            // Ended by a reset; or, for those that were let in, by the test.
        }

        socket.Dispose();
    }

    private static async Task FirstAsync(List<Task> tasks, int count)
    {
        await foreach (var ended in Task.WhenEach(tasks).WithCancellation(new CancellationTokenSource(Guard.Time).Token))
        {
            await ended;
            if (--count == 0)
                return;
        }
    }
}
