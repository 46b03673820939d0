using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests;

/// <summary>GET /events: what is in the stream, in which order, and when.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class EventsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Watched<PeerEvent> _events = new();

    [Test]
    public async Task Events_Opened_BeginWithTheStatusAndItsRevision()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);

        StreamMessage status = await stream.NextAsync("status");

        status.Id.Should().Be($"{SampleData.Instance}-17");
        status.Json.GetProperty("type").GetString().Should().Be("status");
        status.Json.GetProperty("revision").GetInt64().Should().Be(17);
        status.Json.GetProperty("at").GetString().Should().Be("2030-01-01T00:00:00Z");
        status.Json.GetProperty("status").GetRawText().Should().Be(await app.Client.GetStringAsync("/p2p/status"));
        _events.Places.Should().Equal(17);
        HttpResponseMessage response = stream.Response;
        response.Content.Headers.ContentType!.ToString().Should().Be("text/event-stream");
        response.Content.Headers.ContentLength.Should().BeNull();
        response.Headers.CacheControl!.ToString().Should().Be("no-store");
        response.Headers.GetValues("X-Accel-Buffering").Should().Equal("no");
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        response.Headers.GetValues("X-Vix-Route-Heavy").Should().Equal("1");
    }

    [Test]
    public async Task Events_AnEvent_IsOneMessageWithItsPlaceAndItsRow()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        _events.Add(Event(18, PeerEventKind.PeerDisconnected) with { Reason = P2pReason.Lost, UnsentMessages = 3 });

        StreamMessage message = await stream.NextAsync("peer_disconnected");
        message.Id.Should().Be($"{SampleData.Instance}-18");
        message.Data.Should().StartWith("""{"type":"peer_disconnected","revision":18,"at":"2026-03-14T09:26:53.589Z","reason":"lost","peer":{"id":"a3f1""");
        message.Data.Should().EndWith(""","unsent_messages":3}""");
        message.Json.GetProperty("peer").GetRawText().Should().Be(
            JsonDocument.Parse(await app.Client.GetStringAsync("/p2p/peers/r12")).RootElement.GetProperty("peer").GetRawText());
    }

    [Test]
    public async Task Events_EachKind_HasItsName()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        foreach (PeerEventKind kind in Enum.GetValues<PeerEventKind>())
            _events.Add(Event(18 + (int)kind, kind));

        await stream.NextAsync("peer_connecting");
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        foreach (string type in (string[])["peer_connected", "peer_stale", "peer_disconnected", "connect_failed", "handshake_failed", "resync"])
            (await stream.NextAsync(type)).Json.GetProperty("type").GetString().Should().Be(type);
    }

    [Test]
    public async Task Events_OfAPeerWithAHostileName_StayOnTheirLines()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");
        const string Name = "a\r\n\r\nevent: status\ndata: {}\u2028\u0085\0";

        _events.Add(Event(18) with { Peer = SampleData.Connected with { NodeId = Name } });
        _events.Add(Event(19));

        (await stream.NextAsync("peer_connected")).Json.GetProperty("peer").GetProperty("node_id").GetString().Should().Be(Name);
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        (await stream.NextAsync("peer_connected")).Place.Should().Be(19);
    }

    [Test]
    public async Task Events_StatusAfterAnEvent_HasTheReadersPlaceAsItsId()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=500");
        await stream.NextAsync("status");
        _events.Add(Event(18));
        await stream.NextAsync("peer_connected");
        app.Node.Status = SampleData.Status with { Revision = 25 };

        await _time.PassAsync(TimeSpan.FromMilliseconds(500));

        StreamMessage status = await stream.NextAsync("status");
        status.Place.Should().Be(18, "what came after 18 has not been sent");
        status.Json.GetProperty("revision").GetInt64().Should().Be(25);
    }

    [TestCase("", 2000)]
    [TestCase("?status_ms=500", 500)]
    [TestCase("?status_ms=60000", 60_000)]
    public async Task Events_Status_ComesAgainInItsTime(string query, int every)
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app, query);
        await stream.NextAsync("status");
        DateTimeOffset begun = _time.GetUtcNow();
        for (int i = 1; i <= 3; i++)
        {
            await _time.PassAsync(TimeSpan.FromMilliseconds(every));
            // Signs of life come between two that are far apart.
            StreamMessage? message;
            do
                message = await stream.NextAsync();
            while (message!.Comment is not null);

            message.Type.Should().Be("status");
            message.Json.GetProperty("at").GetDateTimeOffset().Should().Be(begun + i * TimeSpan.FromMilliseconds(every));
        }
    }

    [Test]
    public async Task Events_WithNothingToSend_SendACommentEvery15Seconds()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=0");
        await stream.NextAsync("status");

        await _time.PassAsync(TimeSpan.FromSeconds(14));
        _events.Add(Event(18));
        await stream.NextAsync("peer_connected");
        for (int i = 0; i < 3; i++)
        {
            await _time.PassAsync(TimeSpan.FromSeconds(14.999));
            _events.Add(Event(19 + i));
            (await stream.NextAsync("peer_connected")).Place.Should().Be(19 + i, "no comment comes in less than 15 s");
        }

        for (int i = 0; i < 3; i++)
        {
            await _time.PassAsync(TimeSpan.FromSeconds(15));
            (await stream.NextAsync())!.Comment.Should().BeEmpty();
        }
    }

    [Test]
    public async Task Events_ThatKeepComing_GoOutInOneWriteEvery100Milliseconds()
    {
        Flushes flushes = new();
        await using ControlApp app = await StartAsync(flushes);
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=0");
        await stream.NextAsync("status");

        _events.Add(Event(18));
        await stream.NextAsync("peer_connected");
        await Waiting.UntilAsync(() => flushes.Count >= 2, "the first after a silence goes at once");
        for (int batch = 0; batch < 3; batch++)
        {
            for (int i = 0; i < 5; i++)
                _events.Add(Event(19 + batch * 5 + i));
            await _time.PassAsync(TimeSpan.FromMilliseconds(100));
            for (int i = 0; i < 5; i++)
                (await stream.NextAsync("peer_connected")).Place.Should().Be(19 + batch * 5 + i);
            await Waiting.UntilAsync(() => flushes.Count >= 3 + batch, "the batch has been flushed");
        }

        flushes.Count.Should().Be(5);
    }

    [Test]
    public async Task Events_MoreThanABatch_GoOutWithoutAPause()
    {
        Flushes flushes = new();
        for (int i = 0; i < 500; i++)
            _events.Kept.Add(Event(18 + i));
        await using ControlApp app = await StartAsync(flushes);
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=0");
        await stream.NextAsync("status");

        for (int i = 0; i < 500; i++)
            (await stream.NextAsync("peer_connected")).Place.Should().Be(18 + i);

        flushes.Count.Should().BeInRange(4, 10, "500 rows are some 400 KiB");
        flushes.Largest.Should().BeLessThan(66 * 1024);
    }

    [Test]
    public async Task Events_WhenTheNodeStops_EndWithAStatusThatSaysSo()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        app.Node.Status = SampleData.Status with { State = NodeState.Stopped };
        _events.End();

        StreamMessage last = await stream.NextAsync("status");
        last.Json.GetProperty("status").GetProperty("running").GetBoolean().Should().BeFalse();
        (await stream.NextAsync()).Should().BeNull();
    }

    [Test]
    public async Task Events_OfANodeThatHasStopped_AreItsStatusAlone()
    {
        await using ControlApp app = await StartAsync();
        app.Node.Status = SampleData.Status with { State = NodeState.Stopped };
        _events.End();

        await using OpenStream stream = await OpenStream.EventsAsync(app);

        await stream.NextAsync("status");
        (await stream.NextAsync()).Should().BeNull();
    }

    [Test]
    public async Task Events_WhenTheHostBeginsToStop_EndInOrder()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await stream.NextAsync()).Should().BeNull();
        await Waiting.UntilAsync(() => _events.Count == 0, "nobody watches the node");
        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task Events_WhenTheNodeFails_BreakOffAndAreLogged()
    {
        await using ControlApp app = await StartAsync();
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await stream.NextAsync("status");

        _events.End(new InvalidOperationException("of the node"));

        await FluentActions.Awaiting(() => stream.NextAsync()).Should().ThrowAsync<IOException>("an orderly end would say that there is no more");
        app.Log.Own(LogLevel.Error).Should().ContainSingle().Which.Should().Contain("of the node");
    }

    [Test]
    public async Task Events_OfANodeThatCannotBeAsked_AreAnError()
    {
        await using ControlApp app = await StartAsync();
        app.Node.Failure = new InvalidOperationException("of the node");

        await (await app.GetAsync("/p2p/events")).ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");
    }

    [TestCase("?status_ms=499", "status_ms")]
    [TestCase("?status_ms=1", "status_ms")]
    [TestCase("?status_ms=60001", "status_ms")]
    [TestCase("?status_ms=-1", "status_ms")]
    [TestCase("?status_ms=2s", "status_ms")]
    [TestCase("?status_ms=", "status_ms")]
    [TestCase("?status_ms=500&status_ms=500", "status_ms")]
    [TestCase("?lastEventId=1", "lastEventId")]
    public async Task Events_WithAQueryThatIsNone_AreRefused(string query, string field)
    {
        await using ControlApp app = await StartAsync();

        JsonElement body = await (await app.GetAsync("/p2p/events" + query)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_query");

        body.GetProperty("field").GetString().Should().Be(field);
        _events.Places.Should().BeEmpty();
    }

    [Test]
    public async Task Status_ForManyReaders_IsMadeFourTimesASecondAtMost()
    {
        await using ControlApp app = await StartAsync();
        List<OpenStream> streams = [];
        for (int i = 0; i < 20; i++)
            streams.Add(await OpenStream.EventsAsync(app, "?status_ms=500"));
        app.Node.Asked = 0;
        foreach (OpenStream stream in streams)
            await stream.NextAsync("status");

        for (int tick = 0; tick < 4; tick++)
        {
            await _time.PassAsync(TimeSpan.FromMilliseconds(500), streams.Count);
            foreach (OpenStream stream in streams)
                await stream.NextAsync("status");
        }

        app.Node.Asked.Should().BeInRange(4, 8, "two threads may make one at the same moment");
        foreach (OpenStream stream in streams)
            await stream.DisposeAsync();
    }

    private static PeerEvent Event(long revision, PeerEventKind kind = PeerEventKind.PeerConnected) =>
        new(kind, revision, SampleData.Day, kind == PeerEventKind.Resync ? null : SampleData.Connected, P2pReason.None);

    private async Task<ControlApp> StartAsync(Flushes? flushes = null)
    {
        ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddSingleton<TimeProvider>(_time),
            Pipeline = flushes is null ? null : flushes.Use,
        });
        app.Node.OtherRevision = long.MaxValue; // events may follow each other at once
        app.Node.OnWatch = _events.WatchAsync;
        return app;
    }
}
