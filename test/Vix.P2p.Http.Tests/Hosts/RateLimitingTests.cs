using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A host that limits how often it is called.</summary>
public sealed class RateLimitingTests
{
    [Test]
    public async Task Heavy_WithALimitOfTheHosts_LimitsTheHeavyRoutesTogether()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().Heavy(h => h.RequireRateLimiting("p2p")));
        MappedRoute[] heavy = [.. MappedRoute.Of(app).Where(route => route.IsHeavy)];
        for (int i = 0; i < 3; i++)
            (await heavy[i % heavy.Length].SendAsync(app)).StatusCode.Should().BeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);

        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in heavy)
        {
            using HttpResponseMessage response = await route.SendAsync(app);
            response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests, route.Name);
            (await response.Content.ReadAsStringAsync()).Should().Be("the host says slow down", "the answer is the host's");
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.IsHeavy))
            (await route.SendAsync(app)).StatusCode.Should().NotBe(HttpStatusCode.TooManyRequests, route.Name);
    }

    [Test]
    public async Task GlobalLimiter_OfTheHost_CountsTheseRoutesToo()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl(),
            options => options.GlobalLimiter = PartitionedRateLimiter.Create<Microsoft.AspNetCore.Http.HttpContext, string>(_ => RateLimitPartition.GetFixedWindowLimiter("all", _ => Three())));
        for (int i = 0; i < 3; i++)
            await (await app.GetAsync("/p2p/ping")).ShouldBeOk();

        (await app.GetAsync("/p2p/ping")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Test]
    public async Task DisableRateLimiting_OnTheControlPlane_TakesItOut()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl().DisableRateLimiting(),
            options => options.GlobalLimiter = PartitionedRateLimiter.Create<Microsoft.AspNetCore.Http.HttpContext, string>(_ => RateLimitPartition.GetFixedWindowLimiter("all", _ => Three())));

        for (int i = 0; i < 6; i++)
            await (await app.GetAsync("/p2p/ping")).ShouldBeOk();
    }

    private static FixedWindowRateLimiterOptions Three() => new() { PermitLimit = 3, Window = TimeSpan.FromDays(1), AutoReplenishment = false };

    private static Task<ControlApp> StartAsync(Action<WebApplication> map, Action<RateLimiterOptions>? configure = null) => MappedRoute.StartAsync(new ControlAppSetup
    {
        Services = services => services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = 429;
            options.OnRejected = async (context, cancellationToken) =>
                await context.HttpContext.Response.Body.WriteAsync("the host says slow down"u8.ToArray(), cancellationToken);
            options.AddPolicy("p2p", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => Three()));
            configure?.Invoke(options);
        }),
        Pipeline = app =>
        {
            app.UseRouting();
            app.UseRateLimiter();
        },
        Map = map,
    });
}
