using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests;

/// <summary>GET /peers with rev and wait.</summary>
public class PeersWaitTests
{
    private const string Wait = "/p2p/peers?rev=17&wait=60000";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Test]
    public async Task GetPeers_RevisionIsAnother_AnswersAtOnce()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnWait = (_, _) => throw new InvalidOperationException("nothing is to be waited for");

        foreach (string path in (string[])["/p2p/peers?rev=16&wait=60000", "/p2p/peers?rev=18&wait=60000", "/p2p/peers?rev=17&wait=0", "/p2p/peers?rev=17"])
            (await (await app.GetAsync(path)).ShouldBeOk()).GetProperty("revision").GetInt64().Should().Be(17);
    }

    [Test]
    public async Task GetPeers_RevisionChanges_AnswersThen()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        Waiting waiting = new(app.Node);

        Task<HttpResponseMessage> asked = app.GetAsync(Wait);
        await waiting.BegunAsync();
        asked.IsCompleted.Should().BeFalse();
        app.Node.Peers = new PeerList(18, [SampleData.Connected]);
        waiting.Change(18);

        using HttpResponseMessage response = await asked.WaitAsync(Guard);
        JsonElement body = await response.ShouldBeOk();
        (body.GetProperty("revision").GetInt64(), body.GetProperty("returned").GetInt32()).Should().Be((18L, 1));
        response.Headers.ETag!.ToString().Should().Be($"W/\"{SampleData.Instance}-18-0\"");
        response.Headers.CacheControl!.ToString().Should().Be("no-cache");
        waiting.Known.Should().Be(17);
    }

    [TestCase(null, HttpStatusCode.OK)]
    [TestCase("W/\"{0}-17-0\"", HttpStatusCode.NotModified)]
    public async Task GetPeers_NothingChanges_AnswersWhenTheTimeIsOver(string? stored, HttpStatusCode status)
    {
        ManualTime time = new();
        await using ControlApp app = await StartAsync(time);

        Task<HttpResponseMessage> asked = stored is null ? app.GetAsync(Wait) : app.GetAsync(Wait, ("If-None-Match", string.Format(stored, SampleData.Instance)));
        await time.TimerSetAsync();
        time.Fire(TimeSpan.FromMilliseconds(59_999));
        asked.IsCompleted.Should().BeFalse();
        time.Fire(TimeSpan.FromMilliseconds(60_000));

        using HttpResponseMessage response = await asked.WaitAsync(Guard);
        response.StatusCode.Should().Be(status);
        if (stored is null)
            (await response.ShouldBeOk()).GetProperty("returned").GetInt32().Should().Be(3);
    }

    [Test]
    public async Task GetPeers_StoredListIsOfAnotherRunOrQuery_AnswersAtOnce()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnWait = (_, _) => throw new InvalidOperationException("nothing is to be waited for");

        foreach (string tag in (string[])[$"W/\"{new string('0', 32)}-17-0\"", $"W/\"{SampleData.Instance}-17-0123456789abcdef\""])
            await (await app.GetAsync(Wait, ("If-None-Match", tag))).ShouldBeOk();
    }

    [Test]
    public async Task GetPeers_QueryAndCursor_AreAskedOfTheNodeAfterTheWait()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        Waiting waiting = new(app.Node);

        Task<HttpResponseMessage> asked = app.GetAsync(Wait + "&state=Connected&limit=2&cursor=" + SampleData.Cursor);
        await waiting.BegunAsync();
        app.Node.Peers = new PeerList(18, [SampleData.Connected, SampleData.Waiting]);
        waiting.Change(18);

        JsonElement body = await (await asked.WaitAsync(Guard)).ShouldBeOk();
        body.GetProperty("revision").GetInt64().Should().Be(18);
        body.GetProperty("peers")[0].GetProperty("key").GetString().Should().Be(SampleData.Waiting.Key);
    }

    [Test]
    public async Task GetPeers_NodeHasStopped_WaitsForItsTimeAllTheSame()
    {
        ManualTime time = new();
        await using ControlApp app = await StartAsync(time);
        app.Node.OnWait = static (known, _) => Task.FromResult(known);

        Task<HttpResponseMessage> asked = app.GetAsync(Wait);
        await time.TimerSetAsync();
        asked.IsCompleted.Should().BeFalse();
        time.Fire(TimeSpan.FromMinutes(1));

        await (await asked.WaitAsync(Guard)).ShouldBeOk();
    }

    [Test]
    public async Task GetPeers_HostBeginsToStop_AnswersThen()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        Waiting waiting = new(app.Node);
        Task<HttpResponseMessage>[] asked = [.. Enumerable.Range(0, 10).Select(_ => app.GetAsync(Wait))];
        for (int i = 0; i < asked.Length; i++)
            await waiting.BegunAsync();

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        foreach (Task<HttpResponseMessage> one in asked)
            await (await one.WaitAsync(Guard)).ShouldBeOk();
    }

    [Test]
    public async Task GetPeers_CallerLeaves_WaitsNoLonger()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:MaxStreams", "1"));
        Waiting waiting = new(app.Node);
        for (int i = 0; i < 3; i++)
        {
            using CancellationTokenSource leaving = new();
            Task<HttpResponseMessage> asked = app.Client.GetAsync(Wait, leaving.Token);
            await waiting.BegunAsync();

            await leaving.CancelAsync();

            await FluentActions.Awaiting(() => asked.WaitAsync(Guard)).Should().ThrowAsync<OperationCanceledException>();
            await waiting.LeftAsync();
            app.Node.OnWait = static (_, _) => Task.FromResult(18L);
            await PlaceIsFreeAsync(app, Wait);
            waiting = new(app.Node);
        }

        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [Test]
    public async Task GetPeers_Waiting_HoldsAPlaceOfStreamsAndNoHeavyOne()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:MaxStreams", "2"), ("P2p:Control:HeavyConcurrency", "1"));
        Waiting waiting = new(app.Node);
        Task<HttpResponseMessage>[] asked = new Task<HttpResponseMessage>[2];
        for (int i = 0; i < asked.Length; i++)
        {
            asked[i] = app.GetAsync(Wait);
            await waiting.BegunAsync();
        }

        using HttpResponseMessage refused = await app.GetAsync(Wait);
        await refused.ShouldBeError(HttpStatusCode.TooManyRequests, "rate_limited");
        refused.Headers.RetryAfter!.ToString().Should().Be("1");
        // The one who was refused gives the only heavy place back a moment after its answer is there.
        await PlaceIsFreeAsync(app, "/p2p/peers?rev=16&wait=60000");

        app.Node.Peers = new PeerList(18, []);
        waiting.Change(18);
        foreach (Task<HttpResponseMessage> one in asked)
            await (await one.WaitAsync(Guard)).ShouldBeOk();
    }

    [Test]
    public async Task GetPeers_NodeFailsWhileWaiting_Answers500()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.OnWait = static (_, _) => Task.FromException<long>(new InvalidOperationException("secret"));

        await (await app.GetAsync(Wait)).ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");
    }

    private static Task<ControlApp> StartAsync(ManualTime time) =>
        ControlApp.StartAsync(new ControlAppSetup { Services = services => services.AddSingleton<TimeProvider>(time) });

    // A client has the whole response a moment before the server's end of the request gives the place back.
    private static async Task PlaceIsFreeAsync(ControlApp app, string path)
    {
        for (int i = 0; i < 10_000; i++)
        {
            using HttpResponseMessage response = await app.GetAsync(path);
            if (response.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Yield();
        }

        Assert.Fail("The place was never given back.");
    }

    /// <summary>Holds those who wait for a change until a test makes it.</summary>
    private sealed class Waiting
    {
        private readonly SemaphoreSlim _begun = new(0);
        private readonly SemaphoreSlim _left = new(0);
        private readonly TaskCompletionSource<long> _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Waiting(FakeNode node) => node.OnWait = WaitAsync;

        public long Known { get; private set; }

        /// <summary>Completes when one more waits.</summary>
        public Task BegunAsync() => TakeAsync(_begun);

        /// <summary>Completes when one more has given up.</summary>
        public Task LeftAsync() => TakeAsync(_left);

        public void Change(long revision) => _change.SetResult(revision);

        private static async Task TakeAsync(SemaphoreSlim semaphore) =>
            (await semaphore.WaitAsync(Guard)).Should().BeTrue();

        private async Task<long> WaitAsync(long known, CancellationToken cancellationToken)
        {
            Known = known;
            _begun.Release();
            try
            {
                return await _change.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _left.Release();
                throw;
            }
        }
    }
}
