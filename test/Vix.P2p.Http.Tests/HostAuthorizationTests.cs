using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests;

/// <summary>Routes that the host has protected follow the host.</summary>
public class HostAuthorizationTests
{
    private const string Connect = """{"host":"a","port":1}""";
    private static readonly (string, string) Remote = (ControlApp.RemoteHeader, "192.0.2.9");
    private static readonly (string, string) User = ("Test-User", "mia");
    private static readonly (string, string) Ops = ("Test-User", "ops");

    private static readonly AuthorizationPolicy OpsPolicy = new AuthorizationPolicyBuilder().RequireUserName("ops").Build();

    private static IEnumerable<TestCaseData> Protections()
    {
        yield return Case("RequireAuthorization", app => app.MapP2pControl().RequireAuthorization("ops"));
        yield return Case("policy object", app => app.MapP2pControl().RequireAuthorization(OpsPolicy));
        yield return Case("policy metadata alone", app => app.MapP2pControl().WithMetadata(OpsPolicy));
        yield return Case("requirement data alone", app => app.MapP2pControl().WithMetadata(new OpsRequirementAttribute()));
        yield return Case("outer group", app => app.MapGroup("").RequireAuthorization("ops").MapP2pControl());
        yield return Case("outer group of groups", app => app.MapGroup("").WithMetadata(OpsPolicy).MapGroup("").MapP2pControl());

        static TestCaseData Case(string name, Action<WebApplication> map) => new TestCaseData(map).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Protections))]
    public async Task ProtectedByHost_AnswersWhomTheHostLetsIn(Action<WebApplication> map)
    {
        await using ControlApp app = await StartAsync(map);

        foreach ((string, string)[] caller in ((string, string)[][])[[Remote], []])
        {
            foreach (string path in (string[])["/p2p", "/p2p/status", "/p2p/peers", "/p2p/nothing", "/p2p/connect"])
            {
                (await app.GetAsync(path, caller)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
                (await app.GetAsync(path, [.. caller, User])).StatusCode.Should().Be(HttpStatusCode.Forbidden);
            }

            (await app.PostAsync("/p2p/connect", Connect, [.. caller, User])).StatusCode.Should().Be(HttpStatusCode.Forbidden);
            app.Node.Connects.Should().BeEmpty();
            await (await app.GetAsync("/p2p/status", [.. caller, Ops])).ShouldBeOk();
            await (await app.PostAsync("/p2p/connect", Connect, [.. caller, Ops])).ShouldBeOk();
            app.Node.Connects.Clear();
        }
    }

    [TestCaseSource(nameof(Protections))]
    public async Task ProtectedByHost_WithoutTheMiddleware_Fails(Action<WebApplication> map)
    {
        // Routing's own check is off in the second round, so that ours is what refuses.
        foreach (bool suppress in (bool[])[false, true])
        {
            await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
            {
                Map = map,
                Pipeline = TurnExceptionsInto500,
                Services = services =>
                {
                    services.AddAuthorizationBuilder().AddPolicy("ops", OpsPolicy);
                    // Without this service the app adds no authorization middleware by itself.
                    services.Remove(services.Single(service => service.ServiceType == typeof(IAuthorizationHandlerProvider)));
                    services.Configure<RouteOptions>(options => options.SuppressCheckForUnhandledSecurityMetadata = suppress);
                },
                Settings = [("P2p:Control:ApiKey", ControlApp.Key)],
            });

            foreach ((string, string)[] caller in ((string, string)[][])[[], [Remote], [("Authorization", "Bearer " + ControlApp.Key)]])
            {
                (await app.GetAsync("/p2p/status", caller)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
                (await app.PostAsync("/p2p/connect", Connect, caller)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
            }

            if (suppress)
            {
                await (await app.GetAsync("/p2p/status")).ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");
                app.Log.Own(LogLevel.Error).Should().NotBeEmpty().And.AllSatisfy(line => line.Should().Contain("UseAuthorization"));
            }

            app.Node.Connects.Should().BeEmpty();
        }
    }

    [Test]
    public async Task Key_OverridesNothingOfTheHosts()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().RequireAuthorization("ops"), ("P2p:Control:ApiKey", ControlApp.Key));

        (await app.GetAsync("/p2p/status", ("Authorization", "Bearer " + ControlApp.Key))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await app.GetAsync("/p2p/status", ("Authorization", "Bearer " + ControlApp.Key), User)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        await (await app.GetAsync("/p2p/status", Remote, Ops)).ShouldBeOk();
    }

    [Test]
    public async Task Protected_WithAPolicy_LeavesReadsToThisMachine()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().Protected(p => p.RequireAuthorization("ops")));

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", Remote, Ops)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        (await app.PostAsync("/p2p/connect", Connect)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await app.GetAsync("/p2p/connect")).StatusCode.Should().Be(HttpStatusCode.Unauthorized, "the answers to other methods follow their route");
        await (await app.PostAsync("/p2p/connect", Connect, Remote, Ops)).ShouldBeOk();
    }

    [Test]
    public async Task AllowAnonymous_OverAProtectedRoute_FallsBackToThisMachine()
    {
        // The authorization middleware lets everyone through where it sees AllowAnonymous.
        await using ControlApp app = await StartAsync(app => app.MapGroup("").RequireAuthorization("ops").MapP2pControl().AllowAnonymous());

        await (await app.GetAsync("/p2p/status", Remote)).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", Connect, Remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.PostAsync("/p2p/connect", Connect, Remote, Ops)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.PostAsync("/p2p/connect", Connect)).ShouldBeOk();
    }

    [Test]
    public async Task FallbackPolicy_Alone_IsNoProtection()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl(),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        (await app.GetAsync("/p2p/status")).StatusCode.Should().Be(HttpStatusCode.Unauthorized, "the host's policy counts for itself");
        await (await app.GetAsync("/p2p/status", User)).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", User, Remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task ProtectedByHost_ForeignPage_IsRefusedWithAnyCookie()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().RequireAuthorization("ops"));

        await (await app.PostAsync("/p2p/connect", Connect, Ops, ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        await (await app.PostAsync("/p2p/connect", Connect, Ops, ("Origin", "https://evil.example"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
    }

    [TestCase("GET", "/p2p")]
    [TestCase("GET", "/p2p/status")]
    [TestCase("GET", "/p2p/peers")]
    [TestCase("POST", "/p2p/connect")]
    [TestCase("PUT", "/p2p/connect")]
    [TestCase("GET", "/p2p/nothing")]
    public async Task CookieAuthentication_NotSignedIn_GetsNoLoginRedirect(string method, string path)
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app => app.MapP2pControl().RequireAuthorization(),
            Services = services =>
            {
                services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
                services.AddAuthorization();
            },
        });

        (await app.SendAsync(new HttpMethod(method), path, null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    private static void TurnExceptionsInto500(WebApplication app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
        }
        catch (InvalidOperationException)
        {
            http.Response.StatusCode = 500;
        }
    });

    private static Task<ControlApp> StartAsync(Action<WebApplication> map, params (string, string?)[] settings) => StartAsync(map, null, settings);

    private static Task<ControlApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services, params (string, string?)[] settings) =>
        ControlApp.StartAsync(new ControlAppSetup
        {
            Map = map,
            Settings = settings,
            Services = collection =>
            {
                collection.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("Test", null);
                collection.AddAuthorizationBuilder().AddPolicy("ops", OpsPolicy);
                services?.Invoke(collection);
            },
        });

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OpsRequirementAttribute : Attribute, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new NameAuthorizationRequirement("ops")];
    }
}
