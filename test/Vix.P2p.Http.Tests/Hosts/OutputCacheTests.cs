using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A host that stores whatever it answers.</summary>
public sealed class OutputCacheTests
{
    private static readonly (string, string) Remote = (ControlApp.RemoteHeader, "192.0.2.9");

    [TestCase(true, TestName = "OutputCache_AfterRouting_StoresNoAnswerOfAnyRoute")]
    [TestCase(false, TestName = "OutputCache_BeforeRouting_StoresNoAnswerOfAnyRoute")]
    public async Task OutputCache_WithACatchAllPolicy_StoresNoAnswerOfAnyRoute(bool afterRouting)
    {
        CountingStore store = new();
        await using ControlApp app = await StartAsync(store, afterRouting, app => app.MapP2pControl());
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            // Answers, errors, what is not there and what is not changed: nothing of it may be kept.
            using (HttpResponseMessage first = await route.SendAsync(app))
                await first.Content.ReadAsByteArrayAsync();
            using (HttpResponseMessage again = await route.SendAsync(app, ("If-None-Match", "*")))
                again.Headers.Contains("Age").Should().BeFalse(route.Name);
            using (HttpResponseMessage wrong = await app.SendAsync(HttpMethod.Patch, route.Path, null))
                await wrong.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
            using (HttpResponseMessage stranger = await route.SendAsync(app, Remote))
                await stranger.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        }

        await (await app.GetAsync("/p2p/nothing")).ShouldBeError(HttpStatusCode.NotFound, "not_found");
        store.Kept.Should().BeEmpty();
        (await app.Client.GetStringAsync("/own")).Should().Be("own");
        store.Kept.Should().NotBeEmpty("the policy stores what is not ours, or the test shows nothing");
    }

    [Test]
    public async Task OutputCache_ConventionOnOurRoutes_StoresNothing()
    {
        CountingStore store = new();
        await using ControlApp app = await StartAsync(store, afterRouting: true, app => app.MapP2pControl().CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1))));

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        app.Node.Status = SampleData.Status with { NodeId = "renamed" };

        (await (await app.GetAsync("/p2p/status")).ShouldBeOk()).GetProperty("node_id").GetString().Should().Be("renamed");
        store.Kept.Should().BeEmpty();
    }

    [Test]
    public async Task OutputCache_BeforeRouting_GivesAStrangerNothingOfALocalAnswer()
    {
        await using ControlApp app = await StartAsync(new CountingStore(), afterRouting: false, app => app.MapP2pControl());

        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();

        await (await app.GetAsync("/p2p/peers", Remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task ResponseCaching_OfTheHost_StoresNothing()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddResponseCaching(),
            Pipeline = app =>
            {
                app.UseResponseCaching();
                app.UseRouting();
            },
        });

        foreach (string path in (string[])["/p2p/status", "/p2p/peers", "/p2p/nothing"])
        {
            using HttpResponseMessage first = await app.GetAsync(path);
            using HttpResponseMessage stranger = await app.GetAsync(path, Remote);
            stranger.Headers.Contains("Age").Should().BeFalse();
            await stranger.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    private static Task<ControlApp> StartAsync(CountingStore store, bool afterRouting, Action<WebApplication> map) => MappedRoute.StartAsync(new ControlAppSetup
    {
        Services = services => services
            .AddOutputCache(options => options.AddBasePolicy(new StoreEverything()))
            .AddSingleton<IOutputCacheStore>(store),
        Pipeline = app =>
        {
            if (!afterRouting)
                app.UseOutputCache();
            app.UseRouting();
            if (afterRouting)
                app.UseOutputCache();
        },
        Map = app =>
        {
            map(app);
            app.MapGet("/own", () => "own");
        },
    });

    /// <summary>Any method, any status, any caller.</summary>
    private sealed class StoreEverything : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = true;
            context.AllowCacheStorage = true;
            context.AllowLocking = false;
            context.ResponseExpirationTimeSpan = TimeSpan.FromHours(1);
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
    }

    private sealed class CountingStore : IOutputCacheStore
    {
        public Dictionary<string, byte[]> Kept { get; } = [];

        public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(Kept.GetValueOrDefault(key));

        public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
        {
            Kept[key] = value;
            return ValueTask.CompletedTask;
        }
    }
}
