namespace Vix.P2p.Client.Tests;

/// <summary>A real node behind a real server, from its start to its end and back.</summary>
public sealed class NodeTests
{
    private string _folder = "";

    private string Socket => Path.Combine(_folder, "control");

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("vix-p2p-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Client_OfARealNode_SeesWhatHappens()
    {
        await using NodeHost a = await NodeHost.StartAsync(Socket);
        await using NodeHost b = await NodeHost.StartAsync(Path.Combine(_folder, "b"));
        using P2pControlClient client = P2pControlClient.Create(NodeHost.Options(Socket));
        await using WatchLog watch = new(client, new P2pWatchOptions { StatusInterval = TimeSpan.Zero });
        (await watch.NextAsync()).Status!.PeersTotal.Should().Be(0);
        PeerEndpoint there = PeerEndpoint.Parse(b.Node.GetStatus().Listen.Single());

        P2pConnectResponse decided = await client.ConnectAsync(new P2pConnectRequest { Host = there.Host, Port = there.Port });
        (await watch.NextAsync()).Type.Should().Be(P2pEventType.PeerConnecting);
        P2pEvent connected = await watch.NextAsync();
        // The event may come a moment before the dial is written down as done.
        P2pAttemptResponse attempt = await client.GetAttemptAsync(decided.AttemptId!);
        while (attempt.Attempt.State == "Handshaking")
            attempt = await client.GetAttemptAsync(decided.AttemptId!);
        List<string?> listed = [];
        await foreach (P2pPeerRow row in client.ListPeersAsync(new P2pPeersQuery { States = ["Connected"] }))
            listed.Add(row.Id);
        P2pDisconnectResponse closed = await client.DisconnectAsync(new P2pDisconnectRequest { Id = connected.Peer!.Id, BanMs = 60_000 });
        P2pEvent disconnected = await watch.NextAsync();

        decided.Started.Should().BeTrue();
        connected.Type.Should().Be(P2pEventType.PeerConnected);
        connected.Peer.Id.Should().Be(b.Node.GetStatus().Id.ToString());
        attempt.Attempt.State.Should().Be("Connected");
        listed.Should().Equal(connected.Peer.Id);
        closed.Disconnected.Should().BeTrue();
        disconnected.Type.Should().Be(P2pEventType.PeerDisconnected);
        (await client.GetBansAsync()).Bans.Single().Id.Should().Be(connected.Peer.Id);
        (await client.RemoveBanAsync(connected.Peer.Id!)).Removed.Should().BeTrue();
        (await client.GetLogsAsync()).Should().Contain(line => line.Message.Contains("connect() ready", StringComparison.Ordinal));
        (await client.GetLivenessAsync()).Ok.Should().BeTrue();
        (await client.GetReadinessAsync()).Ok.Should().BeTrue();
    }

    [Test]
    public async Task Watch_ServerThatRestarts_GoesOnAndSaysThatEventsAreMissing()
    {
        ManualTimeProvider time = new();
        NodeHost first = await NodeHost.StartAsync(Socket);
        using HttpClient http = Http();
        await using WatchLog watch = new(new P2pControlClient(http, NodeHost.Options(Socket), time), new P2pWatchOptions { StatusInterval = TimeSpan.Zero });
        (await watch.StateAsync()).IsConnected.Should().BeTrue();
        string before = (await watch.NextAsync()).Status!.Instance;

        await first.DisposeAsync();
        P2pWatchState gone = await watch.StateAsync();
        await PassAsync(time, gone);
        P2pWatchState stillGone = await watch.StateAsync();
        await using NodeHost second = await NodeHost.StartAsync(Socket);
        await PassAsync(time, stillGone);
        P2pWatchState back = await watch.StateAsync();
        List<P2pEvent> after = [await watch.NextAsync()];
        while (after[^1].Status?.Instance is not { } instance || instance == before)
            after.Add(await watch.NextAsync());

        gone.IsConnected.Should().BeFalse();
        stillGone.Error.Should().BeOfType<HttpRequestException>();
        back.IsConnected.Should().BeTrue();
        after.Select(one => one.Type).Should().Contain(P2pEventType.Resync, "the new run cannot know what the reader has seen");
    }

    [Test]
    public async Task Watch_KilledInMidStream_MissesNothing()
    {
        ManualTimeProvider time = new();
        await using NodeHost host = await NodeHost.StartAsync(Socket);
        using HttpClient http = Http();
        await using WatchLog watch = new(new P2pControlClient(http, NodeHost.Options(Socket), time), new P2pWatchOptions { StatusInterval = TimeSpan.Zero });
        await watch.StateAsync();
        await watch.NextAsync();

        host.Break();
        P2pWatchState lost = await watch.StateAsync();
        host.Node.Connect(PeerEndpoint.Parse("tcp://127.0.0.1:1"));
        await PassAsync(time, lost);
        List<P2pEvent> events = [await watch.NextAsync()];
        while (events[^1].Type != P2pEventType.ConnectFailed)
            events.Add(await watch.NextAsync());

        lost.Error.Should().BeOfType<HttpRequestException>();
        events.Select(one => one.Type).Should().Contain(P2pEventType.PeerConnecting).And.NotContain(P2pEventType.Resync);
    }

    [Test]
    public async Task FollowLogs_UntilTheServerStops_Ends()
    {
        NodeHost host = await NodeHost.StartAsync(Socket);
        using P2pControlClient client = P2pControlClient.Create(NodeHost.Options(Socket));
        await using IAsyncEnumerator<P2pLogLine> lines = client.FollowLogsAsync().GetAsyncEnumerator();
        (await lines.MoveNextAsync().Soon()).Should().BeTrue("a node says that it started");
        long first = lines.Current.Seq;

        host.Node.Connect(PeerEndpoint.Parse("tcp://127.0.0.1:1"));
        while (!lines.Current.Message.Contains("tcp://127.0.0.1:1", StringComparison.Ordinal))
            (await lines.MoveNextAsync().Soon()).Should().BeTrue();
        lines.Current.Seq.Should().BeGreaterThan(first);
        ValueTask stopped = host.DisposeAsync();
        while (await lines.MoveNextAsync().Soon())
            lines.Current.Seq.Should().BeGreaterThan(first);

        await stopped.Soon();
    }

    private HttpClient Http() => new(Vix.P2p.Client.Hosting.PrimaryHandler.Create(NodeHost.Options(Socket))) { Timeout = Timeout.InfiniteTimeSpan };

    private static async Task PassAsync(ManualTimeProvider time, P2pWatchState state)
    {
        await Waiting.UntilAsync(() => time.ArmedTimers == 1);
        time.Advance(state.RetryIn!.Value);
    }
}
