using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests;

/// <summary>GET /logs.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class LogsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Watched<NodeLogLine> _lines = new();

    [Test]
    public async Task Logs_WithoutAccept_AreText()
    {
        await using ControlApp app = await StartAsync(2);

        HttpResponseMessage response = await app.GetAsync("/p2p/logs");

        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=utf-8");
        response.Headers.CacheControl!.ToString().Should().Be("no-store");
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        response.Headers.GetValues("X-Vix-Route-Heavy").Should().Equal("1");
        string text = await response.Content.ReadAsStringAsync();
        text.Should().Be("2026-03-14T09:26:54.589Z Information 1400 [p2p] line 1\n2026-03-14T09:26:55.589Z Information 1400 [p2p] line 2\n");
        response.Content.Headers.ContentLength.Should().Be(text.Length);
    }

    [Test]
    public async Task Logs_AsNdjson_AreOneObjectALine()
    {
        await using ControlApp app = await StartAsync(2);

        HttpResponseMessage response = await app.GetAsync("/p2p/logs", ("Accept", "application/x-ndjson"));

        response.Content.Headers.ContentType!.ToString().Should().Be("application/x-ndjson");
        (await response.Content.ReadAsStringAsync()).Should().Be(
            """{"seq":1,"at":"2026-03-14T09:26:54.589Z","level":"Information","event_id":1400,"message":"[p2p] line 1"}""" + "\n" +
            """{"seq":2,"at":"2026-03-14T09:26:55.589Z","level":"Information","event_id":1400,"message":"[p2p] line 2"}""" + "\n");
    }

    [TestCase("application/x-ndjson, text/plain;q=0.5", true)]
    [TestCase("APPLICATION/X-NDJSON, */*", true)]
    [TestCase("application/x-ndjson;q=0.5, */*;q=0.1", true)]
    [TestCase("application/x-ndjson;q=0.5, text/*", false)]
    [TestCase("application/x-ndjson, text/plain", false)]
    [TestCase("application/x-ndjson;q=0", false)]
    [TestCase("*/*", false)]
    [TestCase("application/json", false)]
    [TestCase("image/png", false)]
    [TestCase("text/html, application/xhtml+xml, */*;q=0.8", false)]
    [TestCase(";;;", false)]
    [TestCase("", false)]
    public async Task Logs_EachAccept_GetsAForm(string accept, bool ndjson)
    {
        await using ControlApp app = await StartAsync(1);

        HttpResponseMessage response = await app.GetAsync("/p2p/logs", ("Accept", accept));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(ndjson ? "application/x-ndjson" : "text/plain");
    }

    [TestCase("", "1 2 3 4 5 6 7 8")]
    [TestCase("?lines=1000", "1 2 3 4 5 6 7 8")]
    [TestCase("?lines=3", "6 7 8")]
    [TestCase("?lines=1", "8")]
    [TestCase("?after=6", "7 8")]
    [TestCase("?after=0", "1 2 3 4 5 6 7 8")]
    [TestCase("?after=8", "")]
    [TestCase("?after=9", "1 2 3 4 5 6 7 8")]
    [TestCase("?after=9223372036854775807&lines=2", "7 8")]
    [TestCase("?after=2&lines=2", "7 8")]
    [TestCase("?level=Information", "1 2 3 4 5 6 7 8")]
    [TestCase("?level=Warning", "2 4 6 8")]
    [TestCase("?level=Error", "4 8")]
    [TestCase("?level=Critical", "8")]
    [TestCase("?level=Warning&lines=3", "4 6 8")]
    [TestCase("?level=Warning&lines=2&after=5", "6 8")]
    [TestCase("?level=Error&after=4&follow=false", "8")]
    public async Task Logs_EachQuery_ChoosesItsLines(string query, string numbers)
    {
        await using ControlApp app = await StartAsync(0);
        LogLevel[] levels = [LogLevel.Information, LogLevel.Warning, LogLevel.Information, LogLevel.Error, LogLevel.Information, LogLevel.Warning, LogLevel.Information, LogLevel.Critical];
        for (int i = 1; i <= 8; i++)
            app.Node.LogLines.Add(Line(i) with { Level = levels[i - 1] });

        string text = await (await app.GetAsync("/p2p/logs" + query)).Content.ReadAsStringAsync();

        string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.LastIndexOf(' ') + 1)..])).Should().Be(numbers);
    }

    [TestCase("?lines=0", "lines")]
    [TestCase("?lines=1001", "lines")]
    [TestCase("?lines=ten", "lines")]
    [TestCase("?after=-1", "after")]
    [TestCase("?after=9223372036854775808", "after")]
    [TestCase("?level=warning", "level")]
    [TestCase("?level=Debug", "level")]
    [TestCase("?level=3", "level")]
    [TestCase("?follow=1", "follow")]
    [TestCase("?follow=true&follow=true", "follow")]
    [TestCase("?tail=5", "tail")]
    public async Task Logs_WithAQueryThatIsNone_AreRefused(string query, string field)
    {
        await using ControlApp app = await StartAsync(1);

        JsonElement body = await (await app.GetAsync("/p2p/logs" + query)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_query");

        body.GetProperty("field").GetString().Should().Be(field);
    }

    [Test]
    public async Task Logs_Empty_AreAnEmptyBody()
    {
        await using ControlApp app = await StartAsync(0);

        HttpResponseMessage response = await app.GetAsync("/p2p/logs");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.Should().Be(0);
    }

    [Test]
    public async Task Logs_Largest_GoOutWhole()
    {
        await using ControlApp app = await StartAsync(0);
        for (int i = 1; i <= 1000; i++)
            app.Node.LogLines.Add(Line(i) with { Message = new string('é', 1024) });

        byte[] body = await app.Client.GetByteArrayAsync("/p2p/logs");

        body.Should().HaveCountGreaterThan(2 * 1024 * 1000);
        Encoding.UTF8.GetString(body).Split('\n').Should().HaveCount(1001);
    }

    [Test]
    public async Task Logs_AllowAnonymous_DoesNotOpenThem()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app => Microsoft.AspNetCore.Builder.AuthorizationEndpointConventionBuilderExtensions.AllowAnonymous(Microsoft.AspNetCore.Builder.P2pControlEndpointRouteBuilderExtensions.MapP2pControl(app)),
        });

        await (await app.GetAsync("/p2p/logs", (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.GetAsync("/p2p/logs?follow=true", (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [TestCase("", 3, 0)]
    [TestCase("&lines=1", 3, 2)]
    [TestCase("&after=1", 3, 1)]
    [TestCase("&after=3", 3, 3)]
    [TestCase("&after=99", 3, 0)]
    [TestCase("", 0, 0)]
    public async Task Follow_Opened_GoesOnFromTheChosenLines(string query, int kept, long place)
    {
        await using ControlApp app = await StartAsync(kept);

        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true" + query);

        await Waiting.UntilAsync(() => _lines.Places.Count == 1, "the node is watched");
        _lines.Places.Should().Equal(place);
        stream.Response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=utf-8");
        stream.Response.Content.Headers.ContentLength.Should().BeNull();
        stream.Response.Headers.GetValues("X-Accel-Buffering").Should().Equal("no");
    }

    [Test]
    public async Task Follow_Lines_ComeAsTheyAreWrittenAndOfTheirLevel()
    {
        await using ControlApp app = await StartAsync(0);
        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true&level=Warning");
        await Waiting.UntilAsync(() => _lines.Count == 1, "the node is watched");

        _lines.Add(Line(1));
        _lines.Add(Line(2) with { Level = LogLevel.Warning });
        (await stream.LineAsync()).Should().Be("2026-03-14T09:26:55.589Z Warning 1400 [p2p] line 2");
        _lines.Add(Line(3) with { Level = LogLevel.Error });
        await _time.PassAsync(TimeSpan.FromMilliseconds(100));
        (await stream.LineAsync()).Should().Be("2026-03-14T09:26:56.589Z Error 1400 [p2p] line 3");
    }

    [Test]
    public async Task Follow_AsNdjson_IsOneObjectALine()
    {
        await using ControlApp app = await StartAsync(0);
        _lines.Kept.Add(Line(1));

        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true", ("Accept", "application/x-ndjson"));

        stream.Response.Content.Headers.ContentType!.ToString().Should().Be("application/x-ndjson");
        (await stream.LineAsync()).Should().Be("""{"seq":1,"at":"2026-03-14T09:26:54.589Z","level":"Information","event_id":1400,"message":"[p2p] line 1"}""");
    }

    [Test]
    public async Task Follow_WithNothingToSend_SendsAnEmptyLineEvery15Seconds()
    {
        await using ControlApp app = await StartAsync(0);
        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true");
        await Waiting.UntilAsync(() => _lines.Count == 1, "the node is watched");
        for (int i = 0; i < 3; i++)
        {
            await _time.PassAsync(TimeSpan.FromSeconds(15));
            (await stream.LineAsync()).Should().BeEmpty();
        }
    }

    [Test]
    public async Task Follow_WhenTheHostOrTheNodeStops_EndsInOrder()
    {
        await using ControlApp app = await StartAsync(0);
        await using OpenStream first = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true");
        await Waiting.UntilAsync(() => _lines.Count == 1, "the node is watched");

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await first.LineAsync()).Should().BeNull();
        await using ControlApp other = await StartAsync(0);
        _lines.Kept.Add(Line(1));
        _lines.End();
        await using OpenStream second = await OpenStream.OpenAsync(other, "/p2p/logs?follow=true");
        (await second.LineAsync()).Should().EndWith("line 1");
        (await second.LineAsync()).Should().BeNull();
    }

    [TestCase("text/plain")]
    [TestCase("application/x-ndjson")]
    public async Task Logs_OfARealNode_LetNoEscapeCodesThrough(string accept)
    {
        // Every character there is, in what the node writes down: a transport's own words of a failure.
        string hostile = string.Concat(Enumerable.Range(0, 0x10000).Select(c => (char)c));
        for (int start = 0; start < hostile.Length; start += 900)
        {
            await using P2pNode node = await FailingTransport.StartNodeAsync(hostile.Substring(start, Math.Min(900, hostile.Length - start)));
            await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<IP2pNode>(node) });
            await FailingTransport.FailAsync(node);

            byte[] body = await (await app.GetAsync("/p2p/logs", ("Accept", accept))).Content.ReadAsByteArrayAsync();

            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
            text.Split('\n').Should().Contain(line => line.Contains("connect() failed"));
            text.Where(c => c != '\n' && (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator)).Should().BeEmpty();
            text.Split('\n').Should().HaveCount(node.GetLogLines().Count + 1, "no line has become two");
        }
    }

    [Test]
    public async Task Follow_OfARealNode_TellsWhatWasAndWhatComes()
    {
        await using P2pNode node = await FailingTransport.StartNodeAsync();
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<IP2pNode>(node) });
        await using OpenStream stream = await OpenStream.OpenAsync(app, "/p2p/logs?follow=true");
        string?[] begun = [await stream.LineAsync(), await stream.LineAsync()];
        begun.Should().Contain(line => line!.Contains("[p2p] node started"));

        await FailingTransport.FailAsync(node);

        (await stream.LineAsync()).Should().EndWith("Information 1400 [p2p] connect() requested: fail://192.0.2.1:1");
        (await stream.LineAsync()).Should().EndWith("Information 1405 [p2p] connect() failed: fail://192.0.2.1:1 name_not_found: nobody there");
        await node.StopAsync();
        (await stream.LineAsync()).Should().EndWith("[p2p] node stopped");
        (await stream.LineAsync()).Should().BeNull();
    }

    private static NodeLogLine Line(int number) => new(number, SampleData.Day.AddSeconds(number), LogLevel.Information, 1400, $"[p2p] line {number}");

    private async Task<ControlApp> StartAsync(int lines)
    {
        ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(_time) });
        app.Node.LogLines.AddRange(Enumerable.Range(1, lines).Select(Line));
        app.Node.OnWatchLog = _lines.WatchAsync;
        return app;
    }
}
