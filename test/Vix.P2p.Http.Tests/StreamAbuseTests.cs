using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests;

/// <summary>Readers of streams that are many, slow, or gone.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class StreamAbuseTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Watched<PeerEvent> _events = new();
    private readonly Watched<NodeLogLine> _lines = new();
    private readonly EndlessEvents _endless = new();

    [Test]
    public async Task Streams_BeyondTheirPlaces_Answer429UntilOneEnds()
    {
        await using ControlApp app = await StartAsync();
        List<OpenStream> streams = [];
        for (int i = 0; i < 128; i++)
        {
            streams.Add(await OpenStream.EventsAsync(app));
            streams.Add(await OpenStream.OpenAsync(app, "/p2p/logs?follow=true"));
        }

        foreach (string path in (string[])["/p2p/events", "/p2p/logs?follow=true"])
        {
            HttpResponseMessage refused = await app.GetAsync(path);
            JsonElement body = await refused.ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");
            body.GetProperty("hint").GetString().Should().Contain("P2p:Control:MaxStreams");
            refused.Headers.RetryAfter!.ToString().Should().Be("1");
        }

        (await app.GetAsync("/p2p/logs")).StatusCode.Should().Be(HttpStatusCode.OK, "it is no stream");
        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();
        await streams[0].DisposeAsync();
        streams[0] = await OpenStream.OpenWhenFreeAsync(app, "/p2p/events");
        foreach (OpenStream stream in streams)
            await stream.DisposeAsync();
    }

    [Test]
    public async Task Streams_ThatAreOpen_HoldNoHeavyPlace()
    {
        await using ControlApp app = await StartAsync(("P2p:Control:HeavyConcurrency", "1"));
        await using OpenStream events = await OpenStream.EventsAsync(app);
        await events.NextAsync("status");
        await using OpenStream logs = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true");

        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();
    }

    [Test]
    public async Task Readers_ThatVanish_FreeTheirPlacesAndAreNotLogged()
    {
        await using ControlApp app = await StartAsync(("P2p:Control:MaxStreams", "20"));
        for (int round = 0; round < 3; round++)
        {
            List<OpenStream> streams = [];
            for (int i = 0; i < 10; i++)
            {
                streams.Add(await OpenStream.OpenWhenFreeAsync(app, "/p2p/events"));
                streams.Add(await OpenStream.OpenWhenFreeAsync(app, "/p2p/logs?follow=true"));
            }

            (await app.GetAsync("/p2p/events")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
            foreach (OpenStream stream in streams)
                await stream.DisposeAsync();
            await Waiting.UntilAsync(() => _events.Count == 0 && _lines.Count == 0, "nobody watches the node");
        }

        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Page_ThatIsReloadedAHundredTimes_LeavesNothingBehind()
    {
        await using ControlApp app = await StartAsync(("P2p:Control:MaxStreams", "2"));
        for (int i = 0; i < 100; i++)
        {
            await using OpenStream stream = await OpenStream.OpenWhenFreeAsync(app, "/p2p/events");
            await stream.NextAsync("status");
        }

        await Waiting.UntilAsync(() => _events.Count == 0, "nobody watches the node");
        _time.ArmedTimers.Should().Be(0);
        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task SlowReader_HoldsOneBatchAndIsCutOffAfter30Seconds()
    {
        await using ControlApp app = await StartAsync();
        app.Node.OnWatch = _endless.WatchAsync;
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        // The server's pipe is full with the first batch.
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1, "a write waits for the reader");

        _endless.Taken.Should().BeLessThan(150, "a row is some 870 bytes, and a batch 64 KiB");
        _time.Advance(TimeSpan.FromSeconds(30));

        await Waiting.UntilAsync(() => _endless.Watchers == 0, "nobody watches the node");
        await FluentActions.Awaiting(async () =>
        {
            while (await stream.LineAsync() is not null)
                continue;
        }).Should().ThrowAsync<Exception>("an orderly end would say that there is no more");
        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task SlowReader_ThatGoesOnInTime_IsKept()
    {
        await using ControlApp app = await StartAsync();
        app.Node.OnWatch = _endless.WatchAsync;
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=0");
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1, "a write waits for the reader");

        _time.Advance(TimeSpan.FromSeconds(29.9));

        await stream.NextAsync("status");
        for (int i = 0; i < 300; i++)
            (await stream.NextAsync("peer_connected")).Place.Should().Be(18 + i);
    }

    [Test]
    public async Task SlowReader_ThatMissesMoreThanTheNodeKeeps_IsToldSo()
    {
        await using P2pNode node = await FailingTransport.StartNodeAsync();
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddSingleton<IP2pNode>(node).AddSingleton<TimeProvider>(new HastyTime()),
        });
        await using OpenStream stream = await OpenStream.EventsAsync(app, "?status_ms=0");
        await stream.NextAsync("status");

        for (int i = 0; i < 1000; i++)
            await FailingTransport.FailAsync(node);

        int before = 0;
        StreamMessage message;
        while ((message = (await stream.NextAsync())!).Type is "peer_connecting" or "connect_failed")
            before++;
        message.Type.Should().Be("resync");
        before.Should().BeInRange(1, 900);
        await FailingTransport.FailAsync(node);
        StreamMessage next = await stream.NextAsync("peer_connecting");
        next.Place.Should().BeGreaterThan(message.Place);
        await stream.NextAsync("connect_failed");
    }

    [Test]
    public async Task SlowReader_WhenTheHostStops_IsNotWaitedFor()
    {
        await using ControlApp app = await StartAsync();
        app.Node.OnWatch = _endless.WatchAsync;
        await using OpenStream stream = await OpenStream.EventsAsync(app);
        await Waiting.UntilAsync(() => _time.ArmedTimers == 1, "a write waits for the reader");

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await Waiting.UntilAsync(() => _endless.Watchers == 0, "nobody watches the node");
        await FluentActions.Awaiting(async () =>
        {
            while (await stream.LineAsync() is not null)
                continue;
        }).Should().ThrowAsync<Exception>("what was written has not all been taken");
    }

    [Test]
    public async Task TwoControls_OfOneNode_HaveReadersAndPlacesOfTheirOwn()
    {
        await using ControlApp app = await StartAsync(
            app =>
            {
                app.MapP2pControl();
                app.MapP2pControl("/other");
            },
            ("P2p:Control:MaxStreams", "1"));
        await using OpenStream one = await OpenStream.EventsAsync(app);
        await using OpenStream other = await OpenStream.OpenAsync(app, "/other/events");
        foreach (OpenStream stream in (OpenStream[])[one, other])
            await stream.NextAsync("status");
        (await app.GetAsync("/p2p/events")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        (await app.GetAsync("/other/events")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);

        _events.Add(new PeerEvent(PeerEventKind.PeerConnected, 18, SampleData.Day, SampleData.Connected, P2pReason.None));

        foreach (OpenStream stream in (OpenStream[])[one, other])
            (await stream.NextAsync("peer_connected")).Place.Should().Be(18);
    }

    private Task<ControlApp> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(map: null, settings);

    private async Task<ControlApp> StartAsync(Action<WebApplication>? map, params (string Name, string? Value)[] settings)
    {
        ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = settings,
            Services = services => services.AddSingleton<TimeProvider>(_time),
            Map = map,
        });
        app.Node.OtherRevision = long.MaxValue; // events may follow each other at once
        app.Node.OnWatch = _events.WatchAsync;
        app.Node.OnWatchLog = _lines.WatchAsync;
        return app;
    }
}
