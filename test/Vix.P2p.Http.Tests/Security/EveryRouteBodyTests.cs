using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vix.P2p.Http.Bodies;

namespace Vix.P2p.Http.Tests.Security;

/// <summary>Bodies that are wrong in every way, to each route that reads one.</summary>
public sealed class EveryRouteBodyTests
{
    private static readonly HttpStatusCode[] Answers =
    [
        HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.RequestEntityTooLarge,
    ];

    [Test]
    public async Task Corpus_OfFiveHundredBodies_IsReadOrRefusedByEachRoute()
    {
        string[] corpus = [.. BadBodies.Connects().Select(bad => (string)bad.Arguments[0]!).SelectMany(Variants)];
        await using ControlApp app = await MappedRoute.StartAsync(Quiet());
        MappedRoute[] routes = [.. MappedRoute.Of(app).Where(route => route.TakesBody)];

        corpus.Should().HaveCountGreaterThanOrEqualTo(500);
        foreach (MappedRoute route in routes)
        {
            foreach (string body in corpus)
            {
                using HttpResponseMessage response = await route.SendAsync(app, route.Path, MappedRoute.Json(body));
                await ShouldBeAnswered(response, body);
            }
        }

        app.Log.Own(LogLevel.Error).Should().BeEmpty();

        static IEnumerable<string> Variants(string body) =>
            [body, " " + body, body + "\n", "\t\r\n" + body + " ", body.Replace(":", " : ", StringComparison.Ordinal), body.Replace("\"host\"", "\"id\"", StringComparison.Ordinal).Replace("\"port\"", "\"ban_ms\"", StringComparison.Ordinal)];
    }

    [Test]
    public async Task Bodies_HundredThousandMutations_AreReadOrRefusedByTheRoutes()
    {
        await using ControlApp app = await MappedRoute.StartAsync(Quiet());
        MappedRoute[] routes = [.. MappedRoute.Of(app).Where(route => route.TakesBody)];
        byte[][] seeds = [.. MoreBodies(routes)];
        int answered = 0;

        // From a caller who is let in; the body is handed to the server as it is, so that most of the time goes there.
        await Parallel.ForAsync(0, 8, async (worker, cancellationToken) =>
        {
            Random random = new(20_260_314 + worker);
            for (int i = 0; i < 12_500; i++)
            {
                MappedRoute route = routes[(worker + i) % routes.Length];
                byte[] body = Mutations.Of(seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)], random);
                Microsoft.AspNetCore.Http.HttpContext http = await app.Server.SendAsync(context =>
                {
                    context.Request.Method = route.Method;
                    context.Request.Path = route.Path;
                    context.Request.Headers.Host = "localhost";
                    context.Request.ContentType = "application/json";
                    context.Request.Body = new MemoryStream(body);
                }, cancellationToken);
                if (!Answers.Contains((HttpStatusCode)http.Response.StatusCode))
                    Assert.Fail($"{route} answered {http.Response.StatusCode} to {Convert.ToHexString(body)}");
                if (http.Response.StatusCode == 200)
                    Interlocked.Increment(ref answered);
            }
        });

        answered.Should().BeGreaterThan(100, "some mutations must stay good, or the test shows nothing");
        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [TestCase(4097)]
    [TestCase(20 * 1024 * 1024)]
    public async Task EveryRoute_LargeBody_Answers413WithoutReadingIt(int length)
    {
        await using ControlApp app = await MappedRoute.StartAsync(Quiet());
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.TakesBody))
        {
            foreach (bool chunked in (bool[])[false, true])
            {
                await using EndlessSpaces stream = new(length);
                using StreamContent content = new(stream);
                content.Headers.ContentType = new("application/json");
                content.Headers.ContentLength = chunked ? null : length;
                using HttpResponseMessage response = await route.SendAsync(app, route.Path, content);
                await response.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
            }
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryRoute_BodyThatDoesNotArrive_IsGivenUpInTime()
    {
        ManualTime time = new();
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(time) });
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.TakesBody))
        {
            Pipe pipe = new();
            await pipe.Writer.WriteAsync("{\"host\""u8.ToArray());
            using StreamContent content = new(pipe.Reader.AsStream());
            content.Headers.ContentType = new("application/json");

            Task<HttpResponseMessage> sending = route.SendAsync(app, route.Path, content);
            await time.TimerSetAsync();
            sending.IsCompleted.Should().BeFalse();
            time.Fire(BodyReader.Timeout);
            await pipe.Writer.CompleteAsync();

            await (await sending).ShouldBeError(HttpStatusCode.BadRequest, "invalid_json");
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/x-www-form-urlencoded; charset=utf-8")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase("text/plain")]
    [TestCase("text/plain;charset=UTF-8")]
    [TestCase("text/plain; application/json")]
    [TestCase("application/x-www-form-urlencoded, application/json")]
    [TestCase("")]
    [TestCase(null)]
    public async Task EveryRoute_WhatAFormCanSend_ChangesNothing(string? mediaType)
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.TakesBody))
        {
            foreach (string body in (string[])[route.Body!, "host=192.0.2.7&port=9001", "--x\r\nContent-Disposition: form-data; name=\"host\"\r\n\r\n192.0.2.7\r\n--x--", route.Body!.Insert(1, "\"=\":1,")])
            {
                ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
                if (mediaType is not null)
                    content.Headers.TryAddWithoutValidation("Content-Type", mediaType).Should().BeTrue();
                using HttpResponseMessage response = await route.SendAsync(app, route.PathAndQuery, content);
                await response.ShouldBeError(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
            }
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryRouteWithoutABody_AnyBody_IsNotRead()
    {
        await using ControlApp app = await MappedRoute.StartAsync(Quiet());
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.TakesBody))
        {
            await using EndlessSpaces stream = new(20 * 1024 * 1024);
            using StreamContent content = new(stream);
            using HttpResponseMessage response = await route.SendAsync(app, route.PathAndQuery, content);
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    // What is logged of a hundred thousand requests would take more time and memory than they do.
    private static ControlAppSetup Quiet() => new()
    {
        Settings = [("P2p:Control:HeavyConcurrency", "10000")],
        Services = services => services.Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Warning),
    };

    private static IEnumerable<byte[]> MoreBodies(IEnumerable<MappedRoute> routes) =>
    [
        .. routes.Select(route => Encoding.UTF8.GetBytes(route.Body!)),
        .. BadBodies.Connects().Select(bad => Encoding.UTF8.GetBytes((string)bad.Arguments[0]!)).Where(seed => seed.Length is > 0 and < 300),
        Encoding.UTF8.GetBytes($$"""{"host":"a","port":1,"expected_id":"{{SampleData.PeerId1}}","persistent":true,"force":true}"""),
        Encoding.UTF8.GetBytes($$"""{"id":"{{SampleData.PeerId1}}","ban_ms":60000}"""),
        """{"endpoint":"tcp://[::1]:1","ban_ms":31536000000}"""u8.ToArray(),
    ];

    private static async Task ShouldBeAnswered(HttpResponseMessage response, string body)
    {
        string text = await response.Content.ReadAsStringAsync();
        Answers.Should().Contain(response.StatusCode, "{0} gave {1}", body, text);
        text.Should().StartWith(response.IsSuccessStatusCode ? """{"ok":true""" : """{"ok":false,"error":""");
    }

    /// <summary>A large body that takes no memory.</summary>
    private sealed class EndlessSpaces(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            _left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
