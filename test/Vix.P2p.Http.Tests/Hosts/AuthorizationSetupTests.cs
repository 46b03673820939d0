using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>Ways of setting up a host's authorization, and of forgetting a part of it.</summary>
public sealed class AuthorizationSetupTests
{
    private static readonly (string, string) Ops = (HeaderAuthentication.HeaderName, "ops");
    private static readonly (string, string) Remote = (ControlApp.RemoteHeader, "192.0.2.9");

    [Test]
    public async Task MinimalHost_WithoutAnyOfIt_AnswersThisMachineOnly()
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        app.Services.GetService<IAuthorizationService>().Should().BeNull();

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", Remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task RequireAuthorization_WithoutAddAuthorization_Fails()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Pipeline = TurnExceptionsInto500, Map = app => app.MapP2pControl().RequireAuthorization() });

        await ExpectNoAnswerAsync(app);
    }

    [Test]
    public async Task UseAuthorization_BeforeUseRouting_Fails()
    {
        foreach (bool suppress in (bool[])[false, true])
        {
            await using ControlApp app = await StartAsync(
                app => app.MapP2pControl().RequireAuthorization("ops"),
                app =>
                {
                    app.UseAuthentication();
                    app.UseAuthorization();
                    app.UseRouting();
                },
                services => services.Configure<RouteOptions>(options => options.SuppressCheckForUnhandledSecurityMetadata = suppress));

            await ExpectNoAnswerAsync(app);
            if (suppress)
                app.Log.Own(LogLevel.Error).Should().NotBeEmpty().And.AllSatisfy(line => line.Should().Contain("UseAuthorization"));
        }
    }

    [Test]
    public async Task FallbackPolicy_WithTheKey_StillAsksForTheHostsUser()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl(),
            services: services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
            settings: ("P2p:Control:ApiKey", ControlApp.Key));
        (string, string) key = ("Authorization", "Bearer " + ControlApp.Key);

        (await app.GetAsync("/p2p/status", key)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, "the fallback policy counts for itself");
        await (await app.GetAsync("/p2p/status", Remote, Ops)).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        await (await app.GetAsync("/p2p/status", Remote, Ops, key)).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", Ops)).ShouldBeOk();
    }

    [Test]
    public async Task FallbackPolicyAndAllowAnonymous_Strangers_ReadAndDoNotChange()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl().AllowAnonymous(),
            services: services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        await (await app.GetAsync("/p2p/status", Remote)).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", """{"host":"a","port":1}""", Remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task GroupsOfTheControlPlane_EachWithAPolicy_AskForBoth()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl()
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser())
            .Protected(p => p.RequireAuthorization("ops")));
        (string, string) mia = (HeaderAuthentication.HeaderName, "mia");

        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            (await route.SendAsync(app)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, route.Name);
            HttpStatusCode status = (await route.SendAsync(app, Remote, mia)).StatusCode;
            if (route.IsProtected)
                status.Should().Be(HttpStatusCode.Forbidden, route.Name);
            else
                status.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
            (await route.SendAsync(app, Remote, Ops)).StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    [Test]
    public async Task PolicyThatNamesAScheme_AnswersWithThatScheme()
    {
        await using ControlApp app = await StartAsync(
            app => app.MapP2pControl().RequireAuthorization(policy => policy.AddAuthenticationSchemes(HeaderAuthentication.SchemeName).RequireAuthenticatedUser()),
            services: services => services.AddAuthentication("Redirecting").AddScheme<AuthenticationSchemeOptions, RedirectingAuthentication>("Redirecting", null));

        using HttpResponseMessage response = await app.GetAsync("/p2p/status");

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Headers.Location.Should().BeNull();
        await (await app.GetAsync("/p2p/status", Ops)).ShouldBeOk();
    }

    private static async Task ExpectNoAnswerAsync(ControlApp app)
    {
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            foreach ((string, string)[] caller in ((string, string)[][])[[], [Remote], [Ops], [("Authorization", "Bearer " + ControlApp.Key)]])
                (await route.SendAsync(app, caller)).StatusCode.Should().Be(HttpStatusCode.InternalServerError, route.Name);
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    private static void TurnExceptionsInto500(WebApplication app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = _ => Task.CompletedTask });

    private static Task<ControlApp> StartAsync(Action<WebApplication> map, Action<WebApplication>? pipeline = null, Action<IServiceCollection>? services = null, params (string, string?)[] settings) =>
        MappedRoute.StartAsync(new ControlAppSetup
        {
            Settings = settings,
            Map = map,
            Pipeline = app =>
            {
                TurnExceptionsInto500(app);
                pipeline?.Invoke(app);
            },
            Services = collection =>
            {
                collection.AddAuthentication(HeaderAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.SchemeName, null);
                collection.AddAuthorizationBuilder().AddPolicy("ops", policy => policy.RequireUserName("ops"));
                services?.Invoke(collection);
            },
        });

    /// <summary>Sends to a login as OpenID Connect does, whatever the endpoint says.</summary>
    private sealed class RedirectingAuthentication(Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.Redirect("https://login.example");
            return Task.CompletedTask;
        }
    }
}
