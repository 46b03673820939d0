using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Tests;

public class HeavyTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [TestCase("/p2p/peers", true)]
    [TestCase("/p2p/status", false)]
    [TestCase("/p2p/ping", false)]
    [TestCase("/p2p/peers/r12", false)]
    public async Task AnyRoute_Heavy_SaysSo(string path, bool heavy)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        (await app.GetAsync(path)).Headers.Contains("X-Vix-Route-Heavy").Should().Be(heavy);
        (await app.PostAsync("/p2p/connect", Connect)).Headers.GetValues("X-Vix-Route-Heavy").Should().Equal("1");
        (await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""")).Headers.Contains("X-Vix-Route-Heavy").Should().BeFalse();
    }

    [Test]
    public async Task HeavyRoutes_BeyondTheirPlaces_Answer429UntilOneIsFree()
    {
        Gate gate = new();
        await using ControlApp app = await StartAsync(gate, 2);
        Task<HttpResponseMessage>[] held = [app.GetAsync("/p2p/peers", ("Hold", "1")), app.GetAsync("/p2p/peers", ("Hold", "1"))];
        await gate.EnteredAsync(2);

        foreach (HttpResponseMessage refused in (HttpResponseMessage[])[await app.GetAsync("/p2p/peers"), await app.PostAsync("/p2p/connect", Connect)])
        {
            await refused.ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");
            refused.Headers.RetryAfter!.ToString().Should().Be("1");
            refused.Headers.GetValues("X-Vix-Route-Heavy").Should().Equal("1");
        }

        app.Node.Connects.Should().BeEmpty();
        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        gate.Open();
        foreach (Task<HttpResponseMessage> one in held)
            await (await one).ShouldBeOk();
        await gate.LeftAsync(2);
        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();
    }

    [Test]
    public async Task HeavyRoute_WhileItsResponseIsWritten_HoldsItsPlace()
    {
        // The gate stands in the response's body, so the filters are long done when it closes.
        Gate gate = new();
        await using ControlApp app = await StartAsync(gate, 1);
        Task<HttpResponseMessage> held = app.GetAsync("/p2p/peers", ("Hold", "1"));
        await gate.EnteredAsync(1);

        await (await app.GetAsync("/p2p/peers")).ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");

        gate.Open();
        await (await held).ShouldBeOk();
    }

    [Test]
    public async Task HeavyRoute_ThatFailsOrIsRefused_GivesItsPlaceBack()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:HeavyConcurrency", "1"));
        for (int i = 0; i < 5; i++)
        {
            app.Node.Failure = new InvalidOperationException();
            await (await Retry429(() => app.GetAsync("/p2p/peers"))).ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");
            app.Node.Failure = null;
            await (await Retry429(() => app.PostAsync("/p2p/connect", "{}"))).ShouldBeError(HttpStatusCode.BadRequest, "invalid_endpoint");
        }

        await (await Retry429(() => app.GetAsync("/p2p/peers"))).ShouldBeOk();
    }

    [Test]
    public async Task HeavyRoute_WhoMayNotCall_TakesNoPlace()
    {
        Gate gate = new();
        await using ControlApp app = await StartAsync(gate, 1);
        Task<HttpResponseMessage> held = app.GetAsync("/p2p/peers", ("Hold", "1"));
        await gate.EnteredAsync(1);

        using HttpResponseMessage response = await app.GetAsync("/p2p/peers", (ControlApp.RemoteHeader, "192.0.2.1"));

        await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        response.Headers.Contains("X-Vix-Route-Heavy").Should().BeFalse();
        gate.Open();
        await held;
    }

    [Test]
    public async Task TwoControls_HavePlacesOfTheirOwn()
    {
        Gate gate = new();
        await using ControlApp app = await StartAsync(gate, 1, app =>
        {
            app.MapP2pControl();
            app.MapP2pControl("/other");
        });
        Task<HttpResponseMessage> held = app.GetAsync("/p2p/peers", ("Hold", "1"));
        await gate.EnteredAsync(1);

        await (await app.GetAsync("/other/peers")).ShouldBeOk();

        gate.Open();
        await held;
    }

    [Test]
    public async Task HostEndpoints_WithP2pHeavy_ShareTheirPlacesWhateverTheyReturn()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = [("P2p:Control:HeavyConcurrency", "1")],
            Map = app =>
            {
                app.MapP2pControl();
                Microsoft.AspNetCore.Routing.RouteGroupBuilder group = app.MapGroup("/mine").WithP2pHeavy();
                group.MapGet("/held", async () =>
                {
                    entered.SetResult();
                    await open.Task;
                    return "done";
                });
                group.MapGet("/text", () => "text");
                group.MapGet("/result", () => Results.Text("result"));
                group.MapGet("/nothing", () => { });
                group.MapGet("/fails", string () => throw new InvalidOperationException("mine"));
                group.MapGet("/delegate", (HttpContext http) => http.Response.WriteAsync("delegate"));
            },
        });

        Task<HttpResponseMessage> held = app.GetAsync("/mine/held");
        await entered.Task;
        await (await app.GetAsync("/mine/text")).ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");
        await (await app.GetAsync("/mine/delegate")).ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");
        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();
        open.SetResult();
        (await (await held).Content.ReadAsStringAsync()).Should().Be("done");
        foreach ((string path, string body) in ((string, string)[])[("text", "text"), ("result", "result"), ("nothing", ""), ("delegate", "delegate"), ("text", "text")])
        {
            using HttpResponseMessage response = await Retry429(() => app.GetAsync("/mine/" + path));
            (await response.Content.ReadAsStringAsync()).Should().Be(body);
            response.Headers.GetValues("X-Vix-Route-Heavy").Should().Equal("1");
        }

        await FluentActions.Awaiting(() => Retry429(() => app.GetAsync("/mine/fails"))).Should().ThrowAsync<InvalidOperationException>().WithMessage("mine");
        (await Retry429(() => app.GetAsync("/mine/text"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    // A client has the whole response a moment before the server's end of the request gives the place back.
    private static async Task<HttpResponseMessage> Retry429(Func<Task<HttpResponseMessage>> send)
    {
        for (int i = 0; i < 10_000; i++)
        {
            HttpResponseMessage response = await send();
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                return response;
            await Task.Yield();
        }

        throw new InvalidOperationException("The place was never given back.");
    }

    private static Task<ControlApp> StartAsync(Gate gate, int places, Action<WebApplication>? map = null) => ControlApp.StartAsync(new ControlAppSetup
    {
        Settings = [("P2p:Control:HeavyConcurrency", places.ToString())],
        Pipeline = app => app.Use(gate.InvokeAsync),
        Map = map,
    });

    /// <summary>Holds requests that say so, at the point where their body is written.</summary>
    private sealed class Gate
    {
        private readonly SemaphoreSlim _entered = new(0);
        private readonly SemaphoreSlim _left = new(0);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task EnteredAsync(int count) => WaitAsync(_entered, count);

        public Task LeftAsync(int count) => WaitAsync(_left, count);

        public void Open() => _open.SetResult();

        public async Task InvokeAsync(HttpContext http, RequestDelegate next)
        {
            bool hold = http.Request.Headers.ContainsKey("Hold");
            if (hold)
                http.Response.Body = new HeldStream(http.Response.Body, this);
            await next(http);
            if (hold)
                _left.Release();
        }

        private static async Task WaitAsync(SemaphoreSlim semaphore, int count)
        {
            for (int i = 0; i < count; i++)
                (await semaphore.WaitAsync(TimeSpan.FromSeconds(30))).Should().BeTrue();
        }

        private sealed class HeldStream(Stream inner, Gate gate) : Stream
        {
            public override bool CanRead => false;

            public override bool CanSeek => false;

            public override bool CanWrite => true;

            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => throw new NotSupportedException();
                set => throw new NotSupportedException();
            }

            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                gate._entered.Release();
                await gate._open.Task;
                await inner.WriteAsync(buffer, cancellationToken);
            }

            public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

            public override void Flush() => inner.Flush();

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        }
    }
}
