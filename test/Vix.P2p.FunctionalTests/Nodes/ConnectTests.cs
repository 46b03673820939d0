using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Two nodes find each other, by whatever leads there.</summary>
[TestFixture]
public sealed class ConnectTests
{
    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::1", "[::1]")]
    [TestCase(null, "127.0.0.1")]
    [TestCase(null, "[::1]")]
    [TestCase(null, "localhost")]
    public async Task Connect_ByAddressOrName_BothAgree(string? listen, string host)
    {
        if (host == "[::1]" && !Loopback.HasIPv6)
            Assert.Ignore("This system has no IPv6 loopback.");
        await using var a = await TestNode.StartAsync(options => options.NodeId = "a");
        await using var b = await TestNode.StartAsync(options =>
        {
            options.NodeId = "b";
            options.ListenAddress = listen;
        });
        var endpoint = PeerEndpoint.Parse($"tcp://{host}:{b.Address.Port}");

        var info = await a.ConnectAsync(endpoint);
        var joined = await b.EventAsync(PeerEventKind.PeerConnected);

        info.Id.Should().Be(b.Id);
        info.NodeId.Should().Be("b");
        info.Endpoint.Should().Be(endpoint.ToString());
        joined.Peer!.Id.Should().Be(a.Id);
        joined.Peer.NodeId.Should().Be("a");
        joined.Peer.RemoteEndpoint.Should().Be(info.LocalEndpoint);
        joined.Peer.LocalEndpoint.Should().Be(info.RemoteEndpoint);
        ShouldHaveLogged(a, "connect() requested", "peer joined", "handshake completed", "connect() ready");
        a.Node.Connect(endpoint).Reason.Should().Be(P2pReason.AlreadyConnected);
    }

    [Test]
    public async Task Connect_NameWithDeadAndSilentAddresses_TriesEachInTurn()
    {
        var transport = new ScriptedTransport();
        await using var a = await TestNode.StartAsync(
            options => options.DialPolicy.ConnectTimeout = TimeSpan.FromMilliseconds(100),
            builder => builder.AddTransport(transport));
        await using var b = await TestNode.StartAsync();
        IPEndPoint silent = new(IPAddress.Parse("192.0.2.1"), 9);
        IPEndPoint dead = new(IPAddress.Loopback, Loopback.DeadPort());
        IPEndPoint denied = new(IPAddress.Parse("169.254.169.254"), 80);
        transport.Silent.Add(silent);
        transport.Names["hub.example"] = [denied, silent, dead, b.EndPoint];

        var info = await a.ConnectAsync(PeerEndpoint.Create("hub.example", 9001));

        info.Id.Should().Be(b.Id);
        info.Endpoint.Should().Be("tcp://hub.example:9001");
        transport.Dialled.Should().Equal(silent, dead, b.EndPoint);
        a.Status.ConnectAttempts.Should().Be(1);
    }

    [Test]
    public async Task Connect_NameWithDeadAddressesOnly_TellsTheLastCause()
    {
        var transport = new ScriptedTransport();
        await using var a = await TestNode.StartAsync(build: builder => builder.AddTransport(transport));
        transport.Names["hub.example"] = [new IPEndPoint(IPAddress.Loopback, Loopback.DeadPort())];
        transport.Names["inside.example"] = [new IPEndPoint(IPAddress.Parse("169.254.169.254"), 80)];
        transport.Names["nowhere.example"] = [];

        (await a.ConnectReasonAsync(PeerEndpoint.Create("hub.example", 9001))).Should().Be(P2pReason.ConnectionRefused);
        (await a.ConnectReasonAsync(PeerEndpoint.Create("inside.example", 9001))).Should().Be(P2pReason.EndpointDenied);
        (await a.ConnectReasonAsync(PeerEndpoint.Create("nowhere.example", 9001))).Should().Be(P2pReason.NameNotFound);
        transport.Dialled.Should().ContainSingle();
    }

    [Test]
    public async Task Connect_TwoAddressesOfOnePeer_IsOneConnection()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync(options => options.ListenAddress = null);

        var first = await a.ConnectAsync(PeerEndpoint.Create("127.0.0.1", b.Address.Port));
        var second = await a.ConnectAsync(PeerEndpoint.Create("localhost", b.Address.Port));

        // The dialler is through a moment before the other side has written it down.
        await b.EventAsync(PeerEventKind.PeerConnected);

        second.Key.Should().Be(first.Key);
        second.ConnectedAt.Should().Be(first.ConnectedAt);
        a.Connected.Should().ContainSingle();
        b.Connected.Should().ContainSingle();
        b.Events.All.Count(change => change.Kind == PeerEventKind.PeerConnected).Should().Be(1);
    }

    [Test]
    public async Task Connect_ManyAtOnce_ShareOneDial()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync();

        var infos = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => a.ConnectAsync(b))));

        infos.Should().OnlyContain(info => info.Id == b.Id);
        a.Status.ConnectAttempts.Should().Be(1);
        a.Status.ConnectDeduped.Should().Be(49);
    }

    [Test]
    public async Task Connect_DialOnlyNode_IsListedByItsSocket()
    {
        await using var a = await TestNode.StartAsync(options => options.ListenOnAnyPort = false);
        await using var b = await TestNode.StartAsync();

        var info = await a.ConnectAsync(b);
        var joined = await b.EventAsync(PeerEventKind.PeerConnected);

        a.Status.Listen.Should().BeEmpty();
        joined.Peer!.Dialable.Should().BeFalse();
        joined.Peer.Endpoint.Should().Be(info.LocalEndpoint);
    }

    [Test]
    public async Task Connect_PeerThatAnnouncedItsPort_CanBeDialledBack()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync();
        await a.ConnectAsync(b);
        var joined = await b.EventAsync(PeerEventKind.PeerConnected);
        joined.Peer!.Endpoint.Should().Be(a.Address.ToString());
        await a.Node.DisconnectAsync(b.Id).Soon();
        await b.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.Normal);

        var back = await b.ConnectAsync(PeerEndpoint.Parse(joined.Peer.Endpoint));

        back.Id.Should().Be(a.Id);
        back.Key.Should().Be(joined.Peer.Key);
        back.Direction.Should().Be(PeerDirection.Outbound);
    }

    [Test]
    public async Task Connect_PeerThatIsConnectedInbound_EndsTheAttemptWithIt()
    {
        await using var a = await TestNode.StartAsync();
        await using var b = await TestNode.StartAsync();
        await b.ConnectAsync(a);
        var joined = await a.EventAsync(PeerEventKind.PeerConnected);

        var result = a.Node.Connect(b.Address);
        var info = await a.ConnectAsync(b);

        info.Key.Should().Be(joined.Peer!.Key);
        a.Node.TryGetAttempt(result.AttemptId!, out var attempt).Should().BeTrue();
        attempt!.State.Should().Be(ConnectAttemptState.Connected);
    }

    private static void ShouldHaveLogged(TestNode node, params string[] lines)
    {
        foreach (var line in lines)
            node.Log.Lines.Should().ContainSingle(logged => logged.StartsWith("[p2p] " + line, StringComparison.Ordinal));
    }
}
