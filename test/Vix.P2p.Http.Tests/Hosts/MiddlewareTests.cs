using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>What else stands in a host's pipeline.</summary>
public sealed class MiddlewareTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [Test]
    public async Task ResponseCompression_Answers_AreTheSameBytesInside()
    {
        await using ControlApp plain = await MappedRoute.StartAsync();
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddResponseCompression(options => options.EnableForHttps = true),
            Pipeline = app => app.UseResponseCompression(),
        });

        using HttpResponseMessage list = await app.GetAsync("/p2p/peers", ("Accept-Encoding", "gzip"));
        list.Content.Headers.ContentEncoding.Should().Equal("gzip");
        await using GZipStream inside = new(await list.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using StreamReader reader = new(inside);
        (await reader.ReadToEndAsync()).Should().Be(await plain.Client.GetStringAsync("/p2p/peers"));
        // The tag is a weak one, so it stays true of the compressed answer.
        using HttpResponseMessage unchanged = await app.GetAsync("/p2p/peers", ("Accept-Encoding", "gzip"), ("If-None-Match", list.Headers.ETag!.ToString()));
        unchanged.StatusCode.Should().Be(HttpStatusCode.NotModified);
        (await unchanged.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, ("Accept-Encoding", "gzip, br"));
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    [Test]
    public async Task RequestDecompression_Bomb_IsReadAsFarAsABodyMayBe()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddRequestDecompression(),
            Pipeline = app => app.UseRequestDecompression(),
        });
        string before = MappedRoute.StateOf(app.Node);
        byte[] bomb = Compress(new byte[20 * 1024 * 1024]);

        bomb.Length.Should().BeLessThan(400_000);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.TakesBody))
        {
            using HttpResponseMessage response = await route.SendAsync(app, route.Path, Zipped(Compress([.. "{"u8, .. new byte[4096]])));
            await response.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
            using HttpResponseMessage large = await route.SendAsync(app, route.Path, Zipped(bomb));
            await large.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
            MappedRoute.StateOf(app.Node).Should().Be(before);
            using HttpResponseMessage small = await route.SendAsync(app, route.PathAndQuery, Zipped(Compress(Encoding.UTF8.GetBytes(route.Body!))));
            small.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
            before = MappedRoute.StateOf(app.Node);
        }

        static HttpContent Zipped(byte[] bytes)
        {
            ByteArrayContent content = new(bytes);
            content.Headers.ContentType = new("application/json");
            content.Headers.ContentEncoding.Add("gzip");
            return content;
        }
    }

    [Test]
    public async Task CompressedBody_WithoutTheMiddleware_IsNoJson()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        using ByteArrayContent content = new(Compress(Encoding.UTF8.GetBytes(Connect)));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");

        await (await app.SendAsync(HttpMethod.Post, "/p2p/connect", content)).ShouldBeError(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Test]
    public async Task ExceptionPages_OfTheHost_SeeNoFailureOfOurs()
    {
        Action<WebApplication>[] pages =
        [
            app => app.UseDeveloperExceptionPage(),
            app => app.UseExceptionHandler(handler => handler.Run(http => http.Response.WriteAsync("host"))),
        ];
        foreach (Action<WebApplication> use in pages)
        {
            await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Pipeline = use, Services = services => services.AddProblemDetails() });
            app.Node.Failure = new InvalidTimeZoneException("the-inner-cause");
            foreach (MappedRoute route in MappedRoute.Of(app))
            {
                using HttpResponseMessage response = await route.SendAsync(app);
                string text = await response.Content.ReadAsStringAsync();
                text.Should().NotContain("the-inner-cause").And.NotContain("InvalidTimeZone").And.NotBe("host");
                if (response.StatusCode == HttpStatusCode.InternalServerError)
                    text.Should().StartWith("""{"ok":false,"error":"internal_error",""");
            }
        }
    }

    [Test]
    public async Task RequestTimeouts_OfTheHost_CutRequestsAndNotStreams()
    {
        TaskCompletionSource<long> change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(1) }),
            Pipeline = app =>
            {
                app.UseRouting();
                app.UseRequestTimeouts();
            },
        });
        app.Node.OnWait = (_, cancellationToken) => change.Task.WaitAsync(cancellationToken);
        app.Node.OnWatchLog = (_, cancellationToken) => LineAfterAsync(change.Task, cancellationToken);
        Task<HttpResponseMessage> wait = app.GetAsync($"/p2p/peers?rev={SampleData.Peers.Revision}&wait=60000");
        using HttpResponseMessage stream = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/p2p/logs?follow=true"), HttpCompletionOption.ResponseHeadersRead);

        // One that began later and is cut shows that the limit is over for those as well.
        Pipe never = new();
        using StreamContent content = new(never.Reader.AsStream());
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage cut = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content);
        cut.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        app.Node.Connects.Should().BeEmpty();
        change.SetResult(SampleData.Peers.Revision + 1);
        await (await wait).ShouldBeOk();
        (await stream.Content.ReadAsStringAsync()).Should().Contain("came after the limit");
    }

    [Test]
    public async Task GroupFilters_OfTheHost_RunAroundOurs()
    {
        List<string> seen = [];
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup
        {
            Map = app => app.MapGroup("/ops")
                .AddEndpointFilter(async (context, next) =>
                {
                    seen.Add("group");
                    object? result = await next(context);
                    context.HttpContext.Response.Headers["X-Group"] = "seen";
                    return result;
                })
                .WithMetadata("group")
                .MapP2pControl()
                .AddEndpointFilter((context, next) =>
                {
                    seen.Add("inner");
                    return next(context);
                }),
        });

        using HttpResponseMessage local = await app.GetAsync("/ops/p2p/status");
        await local.ShouldBeOk();
        local.Headers.GetValues("X-Group").Should().Equal("seen");
        seen.Should().Equal("group", "inner");
        seen.Clear();
        // Who may not call reaches no filter that the host has put on the routes themselves.
        await (await app.GetAsync("/ops/p2p/status", (ControlApp.RemoteHeader, "192.0.2.9"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        seen.Should().Equal("group");
        MappedRoute.Of(app).Should().OnlyContain(route => route.Endpoint.Metadata.GetMetadata<string>() == "group" && route.Pattern.StartsWith("/ops/p2p"));
    }

    [Test]
    public async Task GroupFilter_ThatThrows_IsTheHostsToAnswer()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Pipeline = app => app.UseExceptionHandler(handler => handler.Run(http => http.Response.WriteAsync("host"))),
            Map = app => app.MapGroup("").AddEndpointFilter((_, _) => throw new InvalidOperationException()).MapP2pControl(),
        });

        using HttpResponseMessage response = await app.GetAsync("/p2p/status");

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync()).Should().Be("host");
    }

    [Test]
    public async Task Branch_OfThePipeline_CarriesTheRoutes()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app => app.Map("/branch", branch =>
            {
                branch.UseRouting();
                branch.UseEndpoints(endpoints => endpoints.MapP2pControl());
            }),
        });

        await (await app.GetAsync("/branch/p2p/status")).ShouldBeOk();
        await (await app.GetAsync("/branch/p2p/status", (ControlApp.RemoteHeader, "192.0.2.9"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        (await app.Client.GetStringAsync("/branch/p2p")).Should().Contain("/branch/p2p/status");
        (await app.GetAsync("/p2p/status")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [TestCase("/p2p", "/p2p")]
    [TestCase("/p2p", "/P2P")]
    public async Task MapP2pControl_TwiceUnderOnePath_FailsAtTheCall(string first, string second)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app =>
            {
                app.MapP2pControl(first);
                app.Invoking(app => app.MapP2pControl(second)).Should().Throw<InvalidOperationException>().WithMessage($"*{first}*path of its own*");
            },
        });

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
    }

    [Test]
    public async Task MapP2pControl_TwiceInGroupsOfTwoHosts_AnswersEach()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app =>
            {
                app.MapGroup("").RequireHost("localhost").MapP2pControl();
                app.MapGroup("").RequireHost("127.0.0.1").MapP2pControl().WithMetadata("second");
            },
        });

        await (await app.GetAsync("/p2p/status", ("Host", "localhost"))).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", ("Host", "127.0.0.1"))).ShouldBeOk();
    }

    private static async IAsyncEnumerable<NodeLogLine> LineAfterAsync(Task moment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await moment.WaitAsync(cancellationToken);
        yield return new NodeLogLine(1, SampleData.Day, LogLevel.Information, 1, "came after the limit");
    }

    private static byte[] Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
