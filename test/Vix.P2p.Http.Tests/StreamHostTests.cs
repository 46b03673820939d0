using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests;

/// <summary>Streams on a real server, over HTTP/1.1 and HTTP/2, behind what a host puts before them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class StreamHostTests
{
    private static readonly Version[] Versions = [HttpVersion.Version11, HttpVersion.Version20];

    private readonly ManualTimeProvider _time = new();
    private readonly Watched<PeerEvent> _events = new();
    private readonly Watched<NodeLogLine> _lines = new();
    private readonly EndlessEvents _endless = new();

    [TestCaseSource(nameof(Versions))]
    public async Task Kestrel_EventsAndLines_ComeAtOnce(Version version)
    {
        await using ControlApp app = await StartAsync(version);
        await using OpenStream events = await OpenAsync(app, "/p2p/events", version);
        await using OpenStream lines = await OpenAsync(app, "/p2p/logs?follow=true", version);
        await events.NextAsync("status");
        await Waiting.UntilAsync(() => _lines.Count == 1, "the log is watched");

        _events.Add(Event(18));
        _lines.Add(new NodeLogLine(1, SampleData.Day, LogLevel.Information, 1100, "started"));

        (await events.NextAsync("peer_connected")).Place.Should().Be(18);
        (await lines.LineAsync()).Should().EndWith("started");
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Kestrel_ReaderThatVanishes_IsNoLongerServed(Version version)
    {
        await using ControlApp app = await StartAsync(version);
        for (int i = 0; i < 5; i++)
        {
            await using OpenStream events = await OpenAsync(app, "/p2p/events", version);
            await using OpenStream lines = await OpenAsync(app, "/p2p/logs?follow=true", version);
            await events.NextAsync("status");
        }

        await Waiting.UntilAsync(() => _events.Count == 0 && _lines.Count == 0, "nobody watches the node");
        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Kestrel_ConnectionThatIsReset_IsNoLongerServed()
    {
        await using ControlApp app = await StartAsync(HttpVersion.Version11);
        app.Node.OnWatch = _endless.WatchAsync;
        for (int i = 0; i < 5; i++)
        {
            using TcpClient client = await RequestAsync(app);
            await Waiting.UntilAsync(() => _endless.Watchers == 1, "the node is watched");
            // In the middle of a write, as a machine that goes off.
            client.Client.LingerState = new LingerOption(true, 0);
            client.Close();
            await Waiting.UntilAsync(() => _endless.Watchers == 0, "nobody watches the node");
        }

        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Kestrel_ReaderThatTakesNothing_IsCutOffEvenWithoutADataRate()
    {
        await using ControlApp app = await StartAsync(HttpVersion.Version11);
        app.Node.OnWatch = _endless.WatchAsync;
        using TcpClient client = await RequestAsync(app);
        await Waiting.UntilAsync(() => _endless.Watchers == 1, "the node is watched");

        await Waiting.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _endless.Watchers == 0;
            },
            "nobody watches the node");

        (await ReadToEndAsync(client)).Should().NotEndWith("0\r\n\r\n", "an orderly end would say that there is no more");
    }

    [Test]
    public async Task Kestrel_Http2ReaderThatTakesNothing_IsCutOffToo()
    {
        await using ControlApp app = await StartAsync(HttpVersion.Version20);
        app.Node.OnWatch = _endless.WatchAsync;
        await using OpenStream stream = await OpenAsync(app, "/p2p/events", HttpVersion.Version20);
        await Waiting.UntilAsync(() => _endless.Watchers == 1, "the node is watched");

        await Waiting.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _endless.Watchers == 0;
            },
            "nobody watches the node");

        await FluentActions.Awaiting(async () =>
        {
            while (await stream.LineAsync() is not null)
                continue;
        }).Should().ThrowAsync<IOException>("an orderly end would say that there is no more");
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Shutdown_WithStreamsAndWaitsOpen_WaitsForNone(Version version)
    {
        // The host would wait an hour for a request that does not end.
        await using ControlApp app = await StartAsync(version, services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromHours(1)));
        app.Node.OtherRevision = null;
        int waiting = 0;
        app.Node.OnWait = async (known, leaving) =>
        {
            Interlocked.Increment(ref waiting);
            await Task.Delay(Timeout.Infinite, leaving);
            return known;
        };
        List<OpenStream> streams = [];
        List<Task<HttpResponseMessage>> waits = [];
        for (int i = 0; i < 10; i++)
        {
            streams.Add(await OpenAsync(app, "/p2p/events", version));
            await streams[^1].NextAsync("status");
            streams.Add(await OpenAsync(app, "/p2p/logs?follow=true", version));
            waits.Add(app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, app.Address + "/p2p/peers?rev=17&wait=60000") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact }));
        }

        await Waiting.UntilAsync(() => Volatile.Read(ref waiting) == 10, "ten wait for a change");

        await app.StopAsync().Soon();

        foreach (Task<HttpResponseMessage> wait in waits)
            (await wait.Soon()).StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (OpenStream stream in streams)
        {
            (await stream.LineAsync()).Should().BeNull("a stream ends in order");
            await stream.DisposeAsync();
        }

        app.Log.Lines.Where(line => line.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Shutdown_WithAReaderThatTakesNothing_DoesNotWaitForIt()
    {
        await using ControlApp app = await StartAsync(HttpVersion.Version11, services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromHours(1)));
        app.Node.OnWatch = _endless.WatchAsync;
        using TcpClient client = await RequestAsync(app);
        await Waiting.UntilAsync(() => _endless.Watchers == 1, "the node is watched");

        await app.StopAsync().Soon();

        _endless.Watchers.Should().Be(0);
    }

    [Test]
    public async Task Host_ThatCompresses_FlushesEachBatch()
    {
        await using ControlApp app = await StartAsync(
            HttpVersion.Version11,
            services => services.AddResponseCompression(options => options.MimeTypes = ["text/event-stream", "text/plain"]),
            app => app.UseResponseCompression());
        await using OpenStream events = await OpenAsync(app, "/p2p/events", HttpVersion.Version11, ("Accept-Encoding", "gzip"));
        await using OpenStream lines = await OpenAsync(app, "/p2p/logs?follow=true", HttpVersion.Version11, ("Accept-Encoding", "gzip"));
        events.Response.Content.Headers.ContentEncoding.Should().Equal("gzip");
        lines.Response.Content.Headers.ContentEncoding.Should().Equal("gzip");
        await events.NextAsync("status");
        await Waiting.UntilAsync(() => _lines.Count == 1, "the log is watched");

        _events.Add(Event(18));
        _lines.Add(new NodeLogLine(1, SampleData.Day, LogLevel.Information, 1100, "started"));

        await events.NextAsync("peer_connected");
        (await lines.LineAsync()).Should().EndWith("started");
    }

    [Test]
    public async Task Host_ThatCachesLogsAndTimesOut_LeavesStreamsAlone()
    {
        ConcurrentDictionary<string, bool> timed = [];
        await using ControlApp app = await StartAsync(
            HttpVersion.Version11,
            services => services
                .AddOutputCache(options => options.AddBasePolicy(policy => policy.Cache()))
                .AddHttpLogging(options => options.LoggingFields = HttpLoggingFields.All)
                .AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromHours(1) }),
            app => app.UseHttpLogging().UseRouting().UseOutputCache().UseRequestTimeouts().Use((http, next) =>
            {
                timed[http.Request.Path] = http.Features.Get<IHttpRequestTimeoutFeature>() is not null;
                return next(http);
            }));
        for (int i = 0; i < 2; i++)
        {
            await using OpenStream events = await OpenAsync(app, "/p2p/events", HttpVersion.Version11);
            await using OpenStream lines = await OpenAsync(app, "/p2p/logs?follow=true", HttpVersion.Version11);
            (await events.NextAsync("status")).Place.Should().Be(17 + i, "no stream is an old one");
            _events.Add(Event(18));
            await events.NextAsync("peer_connected");
            app.Node.Status = SampleData.Status with { Revision = 18 };
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        (await app.Client.GetAsync(app.Address + "/p2p/status")).EnsureSuccessStatusCode();
        timed.Should().BeEquivalentTo(new Dictionary<string, bool> { ["/p2p/status"] = true, ["/p2p/events"] = false, ["/p2p/logs"] = false });
    }

    private static PeerEvent Event(long revision) => new(PeerEventKind.PeerConnected, revision, SampleData.Day, SampleData.Connected, P2pReason.None);

    private static Task<OpenStream> OpenAsync(ControlApp app, string path, Version version, params (string Name, string Value)[] headers) =>
        OpenStream.OpenAsync(app.Client, app.Address + path, version, headers);

    private static async Task<TcpClient> RequestAsync(ControlApp app)
    {
        TcpClient client = new() { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Address).Port);
        await client.GetStream().WriteAsync("GET /p2p/events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        return client;
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await client.GetStream().ReadAsync(buffer).AsTask().Soon() is > 0 and var read)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return text.ToString();
    }

    private async Task<ControlApp> StartAsync(Version version, Action<IServiceCollection>? services = null, Action<WebApplication>? pipeline = null)
    {
        ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Server = builder => builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
            {
                options.Limits.MinResponseDataRate = null;
                options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = version == HttpVersion.Version20 ? HttpProtocols.Http2 : HttpProtocols.Http1);
            }),
            Services = all =>
            {
                all.AddSingleton<TimeProvider>(_time);
                services?.Invoke(all);
            },
            Pipeline = pipeline,
        });
        app.Node.OtherRevision = long.MaxValue; // events may follow each other at once
        app.Node.OnWatch = _events.WatchAsync;
        app.Node.OnWatchLog = _lines.WatchAsync;
        return app;
    }
}
