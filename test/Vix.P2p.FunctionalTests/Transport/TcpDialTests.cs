using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.FunctionalTests.Transport;

[CancelAfter(30_000)]
internal sealed class TcpDialTests
{
    private static readonly TcpTransport Transport = new();

    [Test]
    public async Task Dial_NobodyListens_IsRefusedAndNamesTheAddress(CancellationToken token)
    {
        // Bound and not listening: the port is nobody else's, and refuses.
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Func<Task> dial = async () => await Transport.DialAsync(holder.LocalEndPoint!, token);

        P2pTransportException thrown = (await dial.Should().ThrowAsync<P2pTransportException>()).Which;
        thrown.Reason.Should().Be(P2pReason.ConnectionRefused);
        thrown.Message.Should().StartWith($"{holder.LocalEndPoint}: ");
    }

    [Test]
    public async Task Dial_CancelledWhileNobodyAnswers_Throws(CancellationToken token)
    {
        // A listener that never accepts: when its backlog is full the system answers no more.
        using Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(1);
        List<IP2pTransportConnection> answered = [];
        try
        {
            for (int i = 0; i < 16; i++)
            {
                using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(token);
                giveUp.CancelAfter(200);
                answered.Add(await Transport.DialAsync(deaf.LocalEndPoint!, giveUp.Token));
            }

            Assert.Ignore("This system answers more newcomers than its backlog holds.");
        }
        catch (OperationCanceledException)
        {
            token.IsCancellationRequested.Should().BeFalse();
        }
        finally
        {
            foreach (IP2pTransportConnection connection in answered)
                await connection.DisposeAsync();
        }
    }

    [Test]
    public async Task Dial_AddressOfAnotherKind_Throws(CancellationToken token)
    {
        Func<Task> dial = async () => await Transport.DialAsync(new DnsEndPoint("localhost", 1), token);

        await dial.Should().ThrowAsync<ArgumentException>();
    }

    [TestCase("tcp://192.0.2.1:9001", "192.0.2.1:9001")]
    [TestCase("tcp://[2001:db8::1]:9001", "[2001:db8::1]:9001")]
    [TestCase("tcp://[::ffff:192.0.2.1]:9001", "192.0.2.1:9001")]
    public async Task Resolve_Address_IsThatAddress(string endpoint, string address, CancellationToken token)
    {
        IReadOnlyList<EndPoint> addresses = await Transport.ResolveAsync(PeerEndpoint.Parse(endpoint), token);

        addresses.Should().Equal(IPEndPoint.Parse(address));
    }

    [Test]
    public async Task Resolve_Localhost_IsDialled(CancellationToken token)
    {
        await using IP2pTransportListener listener = await TcpPair.ListenAsync(Transport, "127.0.0.1", token);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;

        IReadOnlyList<EndPoint> addresses = await Transport.ResolveAsync(PeerEndpoint.Create("localhost", port), token);

        addresses.Should().OnlyContain(a => IPAddress.IsLoopback(((IPEndPoint)a).Address) && ((IPEndPoint)a).Port == port);
        addresses.Should().Contain(listener.LocalEndPoint);
        await using IP2pTransportConnection near = await Transport.DialAsync(listener.LocalEndPoint, token);
        near.RemoteEndPoint.Should().Be(listener.LocalEndPoint);
    }

    [Test]
    public async Task Resolve_NameThatIsNone_IsNameNotFound(CancellationToken token)
    {
        Func<Task> resolve = async () => await Transport.ResolveAsync(PeerEndpoint.Create("nobody.invalid", 1), token);

        P2pTransportException thrown = (await resolve.Should().ThrowAsync<P2pTransportException>()).Which;
        thrown.Reason.Should().Be(P2pReason.NameNotFound);
        thrown.Message.Should().StartWith("nobody.invalid has no address");
    }
}
