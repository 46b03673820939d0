using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A site whose people sign in with a cookie: its own pages redirect to the login, these routes never do.</summary>
public sealed class LoginRedirectTests
{
    public static IEnumerable<TestCaseData> Protections()
    {
        yield return Case("all routes", app => app.MapP2pControl().RequireAuthorization("ops"));
        yield return Case("an outer group", app => app.MapGroup("").RequireAuthorization("ops").MapP2pControl());
        yield return Case("the default policy", app => app.MapP2pControl().RequireAuthorization());
        yield return Case("a fallback policy alone", app => app.MapP2pControl(), fallback: true);

        static TestCaseData Case(string name, Action<WebApplication> map, bool fallback = false) => new TestCaseData(map, fallback).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Protections))]
    public async Task EveryRoute_CallerWhoIsNotSignedIn_Gets401AndNoRedirect(Action<WebApplication> map, bool fallback)
    {
        await using ControlApp app = await StartAsync(map, fallback);
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            foreach ((string, string) header in ((string, string)[])[("Accept", "text/html"), ("Accept", "application/json"), (ControlApp.RemoteHeader, "192.0.2.9")])
                await ExpectBareAsync(await route.SendAsync(app, header), HttpStatusCode.Unauthorized);
            await ExpectBareAsync(await app.SendAsync(HttpMethod.Patch, route.Path, null), HttpStatusCode.Unauthorized);
        }

        await ExpectBareAsync(await app.GetAsync("/p2p/nothing"), HttpStatusCode.Unauthorized);
        MappedRoute.StateOf(app.Node).Should().Be(before);
        (await app.GetAsync("/page")).StatusCode.Should().Be(HttpStatusCode.Redirect, "the site's own pages send to the login, or the test shows nothing");
    }

    [Test]
    public async Task EveryRoute_CallerWhomThePolicyRefuses_Gets403AndNoRedirect()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().RequireAuthorization("ops"), fallback: false);
        (string, string) mia = await SignInAsync(app, "mia");
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
            await ExpectBareAsync(await route.SendAsync(app, mia), HttpStatusCode.Forbidden);
        MappedRoute.StateOf(app.Node).Should().Be(before);
        (await app.GetAsync("/page", mia)).StatusCode.Should().Be(HttpStatusCode.Redirect);

        (string, string) ops = await SignInAsync(app, "ops");
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, ops, (ControlApp.RemoteHeader, "192.0.2.9"), ("X-Forwarded-For", "192.0.2.9"));
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    [Test]
    public async Task StatusCodePages_OfTheSite_LeaveTheAnswersAsTheyAre()
    {
        Action<WebApplication>[] pages =
        [
            app => app.UseStatusCodePagesWithRedirects("/login?status={0}"),
            app => app.UseStatusCodePagesWithReExecute("/oops", "?status={0}"),
            app => app.UseStatusCodePages("text/html", "<h1>{0}</h1>"),
        ];
        foreach (Action<WebApplication> use in pages)
        {
            await using ControlApp app = await StartAsync(app => app.MapP2pControl().RequireAuthorization("ops"), fallback: false, use);
            await ExpectBareAsync(await app.GetAsync("/p2p/status"), HttpStatusCode.Unauthorized);
            await ExpectBareAsync(await app.GetAsync("/p2p/status", await SignInAsync(app, "mia")), HttpStatusCode.Forbidden);
            await (await app.GetAsync("/p2p/nothing", await SignInAsync(app, "ops"))).ShouldBeError(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Test]
    public async Task ForeignPage_WithTheCookie_ChangesNothing()
    {
        await using ControlApp app = await StartAsync(app => app.MapP2pControl().RequireAuthorization("ops"), fallback: false);
        (string, string) ops = await SignInAsync(app, "ops");
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.Changes))
            await (await route.SendAsync(app, ops, ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    // Where it leaves the redirect out, cookie authentication still says in a Location header where people would sign in.
    private static async Task ExpectBareAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            response.StatusCode.Should().Be(status);
            (await response.Content.ReadAsStringAsync()).Should().BeEmpty("the host writes no body");
        }
    }

    private static async Task<(string, string)> SignInAsync(ControlApp app, string name)
    {
        using HttpResponseMessage response = await app.GetAsync("/login?name=" + name);
        return ("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    private static Task<ControlApp> StartAsync(Action<WebApplication> map, bool fallback, Action<WebApplication>? pipeline = null) => MappedRoute.StartAsync(new ControlAppSetup
    {
        Services = services =>
        {
            services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
            {
                options.LoginPath = "/login";
                options.AccessDeniedPath = "/denied";
            });
            AuthorizationBuilder authorization = services.AddAuthorizationBuilder().AddPolicy("ops", policy => policy.RequireUserName("ops"));
            if (fallback)
                authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        },
        Pipeline = pipeline,
        Map = app =>
        {
            map(app);
            app.MapGet("/page", () => "page").RequireAuthorization("ops");
            app.MapGet("/oops", () => "oops").AllowAnonymous();
            app.MapGet("/login", (string name, HttpContext http) =>
                http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "Login")))).AllowAnonymous();
        },
    });
}
