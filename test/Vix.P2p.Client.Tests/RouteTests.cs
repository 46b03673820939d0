namespace Vix.P2p.Client.Tests;

/// <summary>Each route, asked of the real control plane.</summary>
public sealed class RouteTests
{
    [Test]
    public async Task GetStatus_Always_IsTheNodes()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pStatusResponse status = await host.Client.GetStatusAsync();

        status.Running.Should().BeTrue();
        status.Id.Should().Be(SampleData.OwnId.ToString());
        status.PeersByState["Connected"].Should().Be(1);
        status.LastError!.Code.Should().Be("connection_refused");
    }

    [Test]
    public async Task Ping_Always_IsAnswered()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        (await host.Client.PingAsync()).Pong.Should().BeTrue();
    }

    [Test]
    public async Task GetIndex_Always_ListsTheRoutes()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        (await host.Client.GetIndexAsync()).Routes.Should().Contain(route => route.Method == "POST" && route.Path == "/p2p/connect");
    }

    [Test]
    public async Task GetPeers_Always_ListsTheRows()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pPeersResponse peers = await host.Client.GetPeersAsync();

        peers.Peers.Select(row => row.Key).Should().Equal("r12", "r13", "r14");
        peers.Revision.Should().Be(17);
    }

    [Test]
    public async Task GetPeersIfChanged_SameTag_IsNull()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pPeersSnapshot first = (await host.Client.GetPeersIfChangedAsync(etag: null))!;
        P2pPeersSnapshot? second = await host.Client.GetPeersIfChangedAsync(first.ETag);
        host.Node.Peers = new PeerList(18, [SampleData.Connected]);
        P2pPeersSnapshot? third = await host.Client.GetPeersIfChangedAsync(first.ETag);

        first.Response.Returned.Should().Be(3);
        first.ETag.Should().StartWith("W/");
        second.Should().BeNull();
        third!.Response.Returned.Should().Be(1);
    }

    [Test]
    public async Task GetPeer_ByKey_IsItsRow()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        (await host.Client.GetPeerAsync("r13")).Peer.Endpoint.Should().Be("tcp://192.0.2.7:9001");
    }

    [TestCase("r99")]
    [TestCase("a/b?c#d")]
    [TestCase("%2e%2e")]
    public async Task GetPeer_Unknown_ThrowsWithCodeAndHint(string id)
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pControlException e = (await host.Client.Invoking(client => client.GetPeerAsync(id)).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.PeerNotFound);
        e.Status.Should().Be(HttpStatusCode.NotFound);
        e.Hint.Should().NotBeNullOrEmpty();
        e.TraceId.Should().NotBeNullOrEmpty();
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    public async Task GetPeer_NoName_IsNotAsked(string id)
    {
        await using ControlHost host = await ControlHost.StartAsync();

        await host.Client.Invoking(client => client.GetPeerAsync(id)).Should().ThrowAsync<ArgumentException>();
    }

    [Test]
    public async Task Connect_AllMembers_ReachTheNode()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        P2pConnectRequest request = new() { Host = "192.0.2.7", Port = 9001, ExpectedId = SampleData.PeerId1.ToString(), Persistent = true, Force = true };

        P2pConnectResponse response = await host.Client.ConnectAsync(request);

        response.Started.Should().BeTrue();
        response.AttemptId.Should().Be("a1b2c3d4e5f60718");
        (PeerEndpoint endpoint, ConnectOptions options) = host.Node.Connects.Single();
        endpoint.ToString().Should().Be("tcp://192.0.2.7:9001");
        options.ExpectedId.Should().Be(SampleData.PeerId1);
        options.Persistent.Should().BeTrue();
        options.Force.Should().BeTrue();
    }

    [Test]
    public async Task Connect_BadPort_ThrowsWithTheField()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pControlException e = (await host.Client.Invoking(client => client.ConnectAsync(new P2pConnectRequest { Host = "a", Port = 0 }))
            .Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidEndpoint);
        e.Field.Should().Be("port");
    }

    [Test]
    public async Task Disconnect_ById_ClosesThatPeer()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pDisconnectResponse response = await host.Client.DisconnectAsync(new P2pDisconnectRequest { Id = SampleData.PeerId1.ToString() });

        response.Disconnected.Should().BeTrue();
        host.Node.Disconnects.Should().Equal(SampleData.PeerId1.ToString());
    }
}
