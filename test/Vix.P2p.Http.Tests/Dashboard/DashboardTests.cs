using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Dashboard;

namespace Vix.P2p.Http.Tests.Dashboard;

/// <summary>How the page's files are sent, and to whom. What the page does is tested in a browser.</summary>
public class DashboardTests
{
    private const string Page = "/p2p/ui/";

    [Test]
    public async Task GetPage_Always_AnswersHtmlThatIsAskedForAnewEachTime()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.GetAsync(Page);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/html; charset=utf-8");
        response.Headers.CacheControl!.ToString().Should().Be("no-cache");
        response.Headers.ETag!.IsWeak.Should().BeFalse();
        (await response.Content.ReadAsStringAsync()).Should().StartWith("<!doctype html>");
    }

    [Test]
    public async Task GetAsset_Each_HasItsTypeAndTheStrictHeaders()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        foreach (string name in DashboardAssets.Names)
        {
            using HttpResponseMessage response = await app.GetAsync(Page + name);

            response.StatusCode.Should().Be(HttpStatusCode.OK, name);
            response.Content.Headers.ContentType!.MediaType.Should().Be(Path.GetExtension(name) switch
            {
                ".js" => "text/javascript",
                ".css" => "text/css",
                ".svg" => "image/svg+xml",
                _ => "text/html",
            });
            response.Content.Headers.ContentLength.Should().BePositive();
            response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            response.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
            response.Headers.GetValues("Content-Security-Policy").Single().Should()
                .StartWith("default-src 'none'; script-src 'self'; style-src 'self'; ")
                .And.Contain("connect-src 'self'").And.Contain("base-uri 'none'").And.Contain("form-action 'none'").And.Contain("frame-ancestors 'none'")
                .And.NotContain("unsafe").And.NotContain("http").And.NotContain("*");
        }
    }

    [TestCase("{0}", HttpStatusCode.NotModified)]
    [TestCase("W/{0}", HttpStatusCode.NotModified)]
    [TestCase("\"other\", {0}", HttpStatusCode.NotModified)]
    [TestCase("*", HttpStatusCode.NotModified)]
    [TestCase("\"other\"", HttpStatusCode.OK)]
    [TestCase("nonsense", HttpStatusCode.OK)]
    public async Task GetAsset_WithIfNoneMatch_IsSentOnlyWhereItIsAnotherOne(string ifNoneMatch, HttpStatusCode status)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        using HttpResponseMessage first = await app.GetAsync(Page + "app.js");

        using HttpResponseMessage second = await app.GetAsync(Page + "app.js", ("If-None-Match", ifNoneMatch.Replace("{0}", first.Headers.ETag!.Tag)));

        second.StatusCode.Should().Be(status);
        (await second.Content.ReadAsByteArrayAsync()).Length.Should().Be(status == HttpStatusCode.OK ? (int)first.Content.Headers.ContentLength! : 0);
    }

    [Test]
    public async Task GetPage_WithoutItsLastSlash_IsSentOnByARelativeAddress()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddKeyedSingleton<IP2pNode>("edge", new FakeNode()),
            Pipeline = app => app.UsePathBase("/base"),
            Map = app =>
            {
                app.UseRouting();
                app.MapP2pControl();
                app.MapP2pControl("/edge/node", node: "edge");
            },
        });

        foreach (string path in (string[])["/p2p/ui", "/edge/node/ui", "/base/p2p/ui"])
        {
            using HttpResponseMessage response = await app.GetAsync(path);
            response.StatusCode.Should().Be(HttpStatusCode.Found, path);
            response.Headers.Location!.OriginalString.Should().Be("ui/");
            using HttpResponseMessage page = await app.GetAsync(path + "/");
            page.StatusCode.Should().Be(HttpStatusCode.OK, path);
        }
    }

    [TestCase("nothing.js")]
    [TestCase("APP.JS")]
    [TestCase("app.js.map")]
    [TestCase("%2e%2e%2findex.html")]
    [TestCase("..%5cindex.html")]
    [TestCase("app.js/x")]
    [TestCase("dashboard/app.js")]
    public async Task GetAsset_ThatIsNone_IsNotFound(string name)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.GetAsync(Page + name);

        await response.ShouldBeError(HttpStatusCode.NotFound, "not_found");
    }

    [Test]
    public async Task GetPage_WithAKeySet_IsOpenAndTheRestIsNot()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));
        (string, string) remote = (ControlApp.RemoteHeader, "192.0.2.1");

        foreach (string path in (string[])[Page, Page + "app.js", "/p2p/ui"])
            (await app.GetAsync(path, remote)).StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.Found], path);
        foreach (string path in (string[])["/p2p", "/p2p/status", "/p2p/peers", "/p2p/events", "/p2p/uis", "/p2p/uix/app.js"])
            (await app.GetAsync(path, remote)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
    }

    [Test]
    public async Task GetPage_WithoutAKey_AnswersThisMachineOnly()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        foreach (string path in (string[])[Page, Page + "app.js", "/p2p/ui"])
        {
            using HttpResponseMessage response = await app.GetAsync(path, (ControlApp.RemoteHeader, "192.0.2.1"));
            await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Test]
    public async Task GetPage_InAHostThatProtectsIt_FollowsTheHost()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = [("P2p:Control:ApiKey", ControlApp.Key)],
            Services = services =>
            {
                services.AddAuthentication();
                services.AddAuthorization(options => options.AddPolicy("ops", policy => policy.RequireAssertion(context => ((HttpContext)context.Resource!).Request.Headers.ContainsKey("Ops"))));
            },
            Pipeline = app => app.UseRouting().UseAuthorization(),
            Map = app => app.MapP2pControl().RequireAuthorization("ops"),
        });

        foreach (string path in (string[])[Page, Page + "app.js"])
        {
            (await app.GetAsync(path, ("Ops", "yes"))).StatusCode.Should().Be(HttpStatusCode.OK, path);
            await app.Invoking(a => a.GetAsync(path)).Should().ThrowAsync<InvalidOperationException>("the host has no scheme to challenge with");
        }
    }

    [Test]
    public async Task GetPage_MarkedAsProtectedByTheHost_AsksForTheKey()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings = [("P2p:Control:ApiKey", ControlApp.Key)],
            Map = app => app.MapP2pControl().WithP2pProtected(),
        });

        (await app.GetAsync(Page, (ControlApp.RemoteHeader, "192.0.2.1"))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }
}
