using Microsoft.Extensions.Logging;

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

    [Test]
    public async Task Disconnect_WithABan_BansThatPeer()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pDisconnectResponse response = await host.Client.DisconnectAsync(new P2pDisconnectRequest { Id = SampleData.PeerId1.ToString(), BanMs = 60_000 });

        response.BanEndsAt.Should().NotBeNull();
        host.Node.Bans.Select(ban => ban.Id).Should().Contain(SampleData.PeerId1);
    }

    [Test]
    public async Task GetPeers_Query_IsUnderstood()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        await host.Client.GetPeersAsync(new P2pPeersQuery
        {
            States = ["Connected", "Stale"],
            Direction = "outbound",
            Search = "beta & co",
            Protocol = "chat/1",
            Sort = "rtt",
            Order = "desc",
            Limit = 5,
        });

        host.Node.Queries.Single().Should().BeEquivalentTo(new PeerQuery
        {
            States = [PeerState.Connected, PeerState.Stale],
            Direction = PeerDirection.Outbound,
            Text = "beta & co",
            Protocol = "chat/1",
            Sort = PeerSort.Rtt,
            Descending = true,
            Limit = 5,
        });
    }

    [Test]
    public async Task ListPeers_SeveralPages_GivesEachRow()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        List<string> keys = [];
        await foreach (P2pPeerRow row in host.Client.ListPeersAsync(new P2pPeersQuery { Limit = 2 }))
            keys.Add(row.Key);

        keys.Should().Equal("r12", "r13", "r14");
        host.Node.Queries.Should().HaveCountGreaterThanOrEqualTo(2);
    }

    [Test]
    public async Task GetPeers_BadQuery_ThrowsWithTheField()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pControlException e = (await host.Client.Awaiting(client => client.GetPeersAsync(new P2pPeersQuery { Limit = 5001 }))
            .Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidQuery);
        e.Field.Should().Be("limit");
    }

    [Test]
    public async Task GetPeers_ThatWaits_ComesWithTheChange()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        TaskCompletionSource<long> change = new();
        TaskCompletionSource waiting = new();
        host.Node.OnWait = (_, leaving) =>
        {
            waiting.SetResult();
            return change.Task.WaitAsync(leaving);
        };
        Task<P2pPeersResponse> call = host.Client.GetPeersAsync(new P2pPeersQuery { Revision = 17, Wait = TimeSpan.FromSeconds(60) });
        await waiting.Task.Soon();

        host.Node.Peers = new PeerList(18, [SampleData.Connected]);
        change.SetResult(18);

        (await call.Soon()).Revision.Should().Be(18);
    }

    [Test]
    public async Task GetAttempts_Always_ListsTheDials()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        (await host.Client.GetAttemptsAsync()).Attempts.Select(attempt => attempt.Id).Should().Equal(SampleData.Refused.Id, SampleData.Reached.Id);
        (await host.Client.GetAttemptAsync(SampleData.Refused.Id)).Attempt.Reason.Should().Be("connection_refused");
        (await host.Client.Awaiting(client => client.GetAttemptAsync("x")).Should().ThrowAsync<P2pControlException>())
            .Which.Code.Should().Be(P2pControlErrorCode.AttemptNotFound);
    }

    [Test]
    public async Task Persistent_AddedListedAndRemoved_ReachesTheNode()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pConnectResponse added = await host.Client.AddPersistentAsync(new P2pPersistentRequest { Host = "2001:db8::5", Port = 9001 });
        P2pPersistentResponse listed = await host.Client.GetPersistentAsync();
        P2pPersistentRemovedResponse removed = await host.Client.RemovePersistentAsync(listed.Persistent[0].Endpoint);

        added.Endpoint.Should().Be("tcp://[2001:db8::5]:9001");
        host.Node.Connects.Single().Options.Persistent.Should().BeTrue();
        listed.Persistent.Should().HaveCount(2);
        removed.Removed.Should().BeTrue();
        host.Node.Persistent.Should().HaveCount(1);
    }

    [Test]
    public async Task Bans_ListedAndRemoved_ReachTheNode()
    {
        await using ControlHost host = await ControlHost.StartAsync();

        P2pBansResponse listed = await host.Client.GetBansAsync();
        P2pUnbanResponse removed = await host.Client.RemoveBanAsync(listed.Bans.Single().Id);

        removed.Removed.Should().BeTrue();
        host.Node.Bans.Should().BeEmpty();
        (await host.Client.Awaiting(client => client.RemoveBanAsync(removed.Id)).Should().ThrowAsync<P2pControlException>())
            .Which.Code.Should().Be(P2pControlErrorCode.PeerNotFound);
    }

    [Test]
    public async Task Health_EitherWay_IsAnAnswer()
    {
        await using ControlHost host = await ControlHost.StartAsync(("P2p:Control:MinConnectedPeers", "2"));
        host.Node.Status = SampleData.Status with { IsLive = true };

        (await host.Client.GetLivenessAsync()).Ok.Should().BeTrue();
        (await host.Client.GetReadinessAsync()).Ok.Should().BeFalse("one peer is connected");
    }

    [Test]
    public async Task GetLogs_Query_IsUnderstood()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        host.Node.LogLines.AddRange(Enumerable.Range(1, 5).Select(i => new NodeLogLine(i, SampleData.Day, i % 2 == 0 ? LogLevel.Warning : LogLevel.Information, 1001, $"line {i}")));

        IReadOnlyList<P2pLogLine> all = await host.Client.GetLogsAsync();
        IReadOnlyList<P2pLogLine> some = await host.Client.GetLogsAsync(new P2pLogsQuery { Lines = 1, After = 1, Level = "Warning" });

        all.Select(line => line.Seq).Should().Equal(1, 2, 3, 4, 5);
        some.Single().Message.Should().Be("line 4");
    }

    [Test]
    public async Task Call_TooMany_ThrowsWithRetryAfter()
    {
        await using ControlHost host = await ControlHost.StartAsync(("P2p:Control:MaxStreams", "1"));
        await using WatchLog one = new(host.Client);
        await one.NextAsync();

        await using WatchLog another = new(host.Client);
        P2pControlException e = (await another.Run.Soon().Awaiting(it => it).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.RateLimited);
        e.RetryAfter.Should().BePositive();
    }

    [Test]
    public async Task Call_KeyIsSet_NeedsIt()
    {
        await using ControlHost host = await ControlHost.StartAsync(("P2p:Control:ApiKey", ControlHost.Key), ("P2p:Control:AllowLocal", "false"));
        await using WatchLog watch = new(host.Client);

        foreach (Task call in (Task[])[host.Client.GetStatusAsync(), host.Connect(ControlHost.Key + "x").GetStatusAsync(), watch.Run.Soon()])
            (await call.Awaiting(it => it).Should().ThrowAsync<P2pControlException>()).Which.Code.Should().Be(P2pControlErrorCode.Unauthorized);
        (await host.Connect(ControlHost.Key).GetStatusAsync()).Running.Should().BeTrue();
    }

    [Test]
    public async Task Call_NodeThatIsStopped_ThrowsNodeUnavailable()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        host.Node.Status = SampleData.Status with { State = NodeState.Stopped };

        P2pControlException e = (await host.Client.Awaiting(client => client.ConnectAsync(new P2pConnectRequest { Host = "a", Port = 1 }))
            .Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.NodeUnavailable);
        e.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }
}
