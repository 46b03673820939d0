namespace Vix.P2p.Cli.Tests;

/// <summary>events: what changes, as it happens, over lost connections too.</summary>
public sealed class EventsTests
{
    private static readonly PeerEvent Joined = new(PeerEventKind.PeerConnected, 18, SampleData.Day.AddSeconds(2), SampleData.Connected, P2pReason.None);
    private static readonly PeerEvent Left = new(PeerEventKind.PeerDisconnected, 19, SampleData.Day.AddSeconds(9), SampleData.Connected with { State = PeerState.Disconnected }, P2pReason.Lost) { UnsentMessages = 3 };
    private static readonly PeerEvent Failed = new(PeerEventKind.ConnectFailed, 20, SampleData.Day.AddSeconds(170), SampleData.Waiting, P2pReason.ConnectionRefused);

    private ControlHost _host = null!;
    private Watched<PeerEvent> _events = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await ControlHost.StartAsync();
        _events = new Watched<PeerEvent>();
        _host.Node.OnWatch = _events.WatchAsync;
    }

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Events_OfANode_AreOneLineEachAsTheyHappen()
    {
        using CliRun run = _host.NewRun().Start("events");
        await run.OutputAsync("status");
        foreach (PeerEvent change in (PeerEvent[])[Joined, Left, Failed])
            _events.Add(change);
        await run.OutputAsync("connect_failed");
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Interrupted);
        result.Error.Should().BeEmpty();
        result.Lines.Should().HaveCount(4);
        result.Lines[0].Should().EndWith("  status             alpha is Running, 1 of 3 connected (1 Handshaking, 1 Connected, 1 Disconnected)");
        result.Lines[1..].Should().Equal(
            "2026-03-14T09:26:55.589Z  peer_connected     beta  tcp://127.0.0.1:9002",
            "2026-03-14T09:27:02.589Z  peer_disconnected  beta  tcp://127.0.0.1:9002  lost  3 messages not sent",
            "2026-03-14T09:29:43.589Z  connect_failed     r13  tcp://192.0.2.7:9001  connection_refused  Nobody listens there.");
    }

    [Test]
    public async Task Events_WithJson_AreOneObjectALine()
    {
        using CliRun run = _host.NewRun().Start("events", "--json", "--count", "2", "--type", "peer_connected", "--type", "peer_disconnected");
        await WatchedAsync();
        foreach (PeerEvent change in (PeerEvent[])[Joined, Failed, Left])
            _events.Add(change);

        CliResult result = await run.EndAsync();
        result.Code.Should().Be(ExitCode.Ok);
        result.Lines.Should().HaveCount(2);
        result.Lines[0].Should().StartWith("""{"type":"peer_connected","revision":18,"at":"2026-03-14T09:26:55.589Z" """.TrimEnd());
        result.Lines[1].Should().Contain("\"unsent_messages\":3");
    }

    [Test]
    public async Task Events_WhoseConnectionIsCut_GoOnAndSaySo()
    {
        Watched<PeerEvent> second = new();
        Queue<Watched<PeerEvent>> streams = new([_events, second]);
        _host.Node.OnWatch = (after, leaving) => streams.Dequeue().WatchAsync(after, leaving);
        using CliRun run = _host.NewRun().With(time: new ImpatientTime()).Start("events", "--type", "peer_connected", "--type", "peer_disconnected");
        await WatchedAsync();
        _host.Node.Status = SampleData.Status with { Revision = Joined.Revision };
        _host.Node.Peers = SampleData.Peers with { Revision = Joined.Revision };
        _events.Add(Joined);
        await run.OutputAsync("peer_connected");

        _events.End();
        await run.NoteAsync("Trying again in");
        await Waiting.UntilAsync(() => second.Count > 0);
        second.Add(Left);
        await run.OutputAsync("peer_disconnected");
        run.Interrupt();

        CliResult result = await run.EndAsync();
        result.Lines.Should().HaveCount(2);
        result.Error.Should().MatchRegex(@"^http://127\.0\.0\.1:5180/p2p has ended the stream\. Trying again in \d+ ms; Ctrl-C ends it\.\nhttp://127\.0\.0\.1:5180/p2p answers again\n$");
        second.Places.Should().Equal([18], "it goes on after the last event");
    }

    [Test]
    public async Task Events_OfAServerThatDoesNotLetThisCallerIn_End()
    {
        await using ControlHost closed = await ControlHost.StartAsync(("P2p:Control:ApiKey", ControlHost.Key), ("P2p:Control:AllowLocal", "false"));

        CliResult result = await closed.RunAsync("events");

        result.Code.Should().Be(ExitCode.Refused);
        result.Error.Should().StartWith("error: unauthorized: ");
    }

    [Test]
    public async Task Events_WhereNobodyAnswers_EndAtOnce()
    {
        CliResult result = await CliRun.RunAsync(new Answers(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)).NewRun(), "events");

        result.Code.Should().Be(ExitCode.Unreachable);
    }

    private Task WatchedAsync() => Waiting.UntilAsync(() => _events.Count > 0);
}
