using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A host with CORS policies of its own, and pages of other origins.</summary>
public sealed class CorsTests
{
    private const string Connect = """{"host":"a","port":1}""";
    private const string Dashboard = "https://dash.example";
    private const string Evil = "https://evil.example";

    [Test]
    public async Task GlobalPolicyForAnyOrigin_ForeignPage_GetsItsPreflightAndNothingElse()
    {
        await using ControlApp app = await StartAsync(policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod());
        string before = MappedRoute.StateOf(app.Node);

        (await PreflightAsync(app, Evil)).Should().Be("*", "the host's middleware answers for all its routes");
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, Page(Evil));
            response.StatusCode.Should().Be(HttpStatusCode.Forbidden, route.Name);
            (await response.Content.ReadAsStringAsync()).Should().Contain("forbidden_origin");
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task GlobalPolicyAndAllowedOrigins_NamedPage_ReadsAndChanges()
    {
        await using ControlApp app = await StartAsync(policy => policy.WithOrigins(Dashboard).AllowAnyHeader().AllowAnyMethod(), ("P2p:Control:AllowedOrigins:0", Dashboard));

        (await PreflightAsync(app, Dashboard)).Should().Be(Dashboard);
        (await PreflightAsync(app, Evil)).Should().BeNull();
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, Page(Dashboard));
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
            response.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Dashboard);
        }

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[await app.GetAsync("/p2p/status", Page(Evil)), await app.PostAsync("/p2p/connect", Connect, Page(Evil))])
            await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
    }

    [Test]
    public async Task GlobalPolicyAlone_NamedPage_NeedsAllowedOriginsToo()
    {
        await using ControlApp app = await StartAsync(policy => policy.WithOrigins(Dashboard).AllowAnyHeader().AllowAnyMethod());

        (await app.GetAsync("/p2p/status", Page(Dashboard))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await app.PostAsync("/p2p/connect", Connect, Page(Dashboard))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        app.Node.Connects.Should().BeEmpty();
    }

    [Test]
    public async Task AllowedOriginsAlone_NamedPage_GetsNoCorsHeaders()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:AllowedOrigins:0", Dashboard));

        using HttpResponseMessage read = await app.GetAsync("/p2p/status", Page(Dashboard));
        using HttpResponseMessage preflight = await app.SendAsync(HttpMethod.Options, "/p2p/connect", null, ("Origin", Dashboard), ("Access-Control-Request-Method", "POST"));

        await read.ShouldBeOk();
        read.Headers.Should().NotContain(header => header.Key.StartsWith("Access-Control"));
        await preflight.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    [Test]
    public async Task RequireCorsOnTheControlPlane_PageOfThatPolicy_ReadsAndChangesNothing()
    {
        await using ControlApp app = await StartAsync(
            policy => policy.AllowAnyOrigin(),
            app => app.MapGroup("").RequireCors("dash").MapP2pControl());

        using HttpResponseMessage read = await app.GetAsync("/p2p/status", Page(Dashboard));
        await read.ShouldBeOk();
        read.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Dashboard);
        // The policy of these routes names one origin, so a browser withholds the answer from any other.
        using HttpResponseMessage foreign = await app.GetAsync("/p2p/status", Page(Evil));
        foreign.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
        (await app.PostAsync("/p2p/connect", Connect, Page(Dashboard))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        app.Node.Connects.Should().BeEmpty();
    }

    [Test]
    public async Task DisableCors_OnTheControlPlane_LeavesForeignPagesOut()
    {
        await using ControlApp app = await StartAsync(
            policy => policy.AllowAnyOrigin(),
            app => app.MapP2pControl().WithMetadata(new Microsoft.AspNetCore.Cors.DisableCorsAttribute()));

        await (await app.GetAsync("/p2p/status", Page(Evil))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
    }

    [Test]
    public async Task AllowAnonymous_ForeignPage_IsTheHostsAffair()
    {
        await using ControlApp app = await StartAsync(policy => policy.AllowAnyOrigin(), app => app.MapP2pControl().AllowAnonymous());

        using HttpResponseMessage read = await app.GetAsync("/p2p/status", Page(Evil));

        await read.ShouldBeOk();
        read.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("*");
        (await app.PostAsync("/p2p/connect", Connect, Page(Evil))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private static async Task<string?> PreflightAsync(ControlApp app, string origin)
    {
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Options, "/p2p/connect", null, ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? values) ? values.Single() : null;
    }

    private static (string, string)[] Page(string origin) => [("Origin", origin), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors")];

    private static Task<ControlApp> StartAsync(Action<CorsPolicyBuilder> policy, params (string, string?)[] settings) =>
        StartAsync(policy, app => app.MapP2pControl(), settings);

    private static Task<ControlApp> StartAsync(Action<CorsPolicyBuilder> policy, Action<WebApplication> map, params (string, string?)[] settings) =>
        MappedRoute.StartAsync(new ControlAppSetup
        {
            Settings = settings,
            Services = services => services.AddCors(options =>
            {
                options.AddDefaultPolicy(policy);
                options.AddPolicy("dash", dash => dash.WithOrigins(Dashboard).AllowAnyHeader().AllowAnyMethod());
            }),
            Pipeline = app =>
            {
                app.UseRouting();
                app.UseCors();
            },
            Map = map,
        });
}
