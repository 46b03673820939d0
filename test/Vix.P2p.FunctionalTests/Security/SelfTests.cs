using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>Row 9 of docs/security.md: a node finds out that it dials itself, and remembers.</summary>
[TestFixture]
public sealed class SelfTests
{
    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    public async Task Connect_OwnAddress_IsSelfAndRemembered(string host)
    {
        if (host == "[::1]" && !Loopback.HasIPv6)
            Assert.Ignore("This system has no IPv6 loopback.");
        await using var node = await TestNode.StartAsync(options => options.ListenAddress = null);
        var endpoint = PeerEndpoint.Parse($"tcp://{host}:{node.Address.Port}");

        (await node.ConnectReasonAsync(endpoint)).Should().Be(P2pReason.Self);
        var again = node.Node.Connect(endpoint, new ConnectOptions { Force = true });

        again.Reason.Should().Be(P2pReason.Self);
        again.Started.Should().BeFalse();
        node.Status.ConnectAttempts.Should().Be(1);
        node.Connected.Should().BeEmpty();
        node.Events.All.Should().NotContain(change => change.Kind == PeerEventKind.PeerConnected);
    }

    [Test]
    public async Task Connect_OwnHostName_IsSelf()
    {
        await using var node = await TestNode.StartAsync(options => options.ListenAddress = null);
        var name = Dns.GetHostName();
        if (!await ReachesAsync(name, node.Address.Port))
            Assert.Ignore($"The name of this machine, {name}, does not lead to it.");

        (await node.ConnectReasonAsync(PeerEndpoint.Create(name, node.Address.Port))).Should().Be(P2pReason.Self);
    }

    [Test]
    public async Task Dialled_ByItsOwnKey_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("node.pem");
        await using var node = await TestNode.StartAsync(options => options.IdentityPath = path);
        var options = new ReferencePeerOptions { Static = ReferencePeerKey.FromPem(await File.ReadAllTextAsync(path)), RefusesItself = false };
        using var peer = await NodeHandshakeTests.DialAsync(node, options);
        await peer.SendHelloAsync();
        await peer.ReadAckAsync();
        peer.RemoteId.Should().Be(peer.Id);

        await peer.SendFinishAsync();

        (await peer.WaitForCloseAsync()).Should().Be(0);
        node.Peers.Should().BeEmpty();
    }

    private static async Task<bool> ReachesAsync(string name, int port)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(name, port).Soon();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
