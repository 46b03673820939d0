using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests;

public class HealthTests
{
    [TestCase(true, 1, 0, HttpStatusCode.OK, HttpStatusCode.OK)]
    [TestCase(true, 2, 3, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)]
    [TestCase(true, 3, 3, HttpStatusCode.OK, HttpStatusCode.OK)]
    [TestCase(false, 9, 0, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task GetHealth_OfANode_IsItsStatusAndNothingElse(bool isLive, int connected, int needed, HttpStatusCode live, HttpStatusCode ready)
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:MinConnectedPeers", $"{needed}"));
        app.Node.Status = SampleData.Status with { IsLive = isLive, PeersConnected = connected };

        await ShouldBe("/p2p/health/live", live);
        await ShouldBe("/p2p/health/ready", ready);

        async Task ShouldBe(string path, HttpStatusCode status)
        {
            using HttpResponseMessage response = await app.GetAsync(path);
            response.StatusCode.Should().Be(status, path);
            response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
            response.Headers.CacheControl!.ToString().Should().Be("no-store");
            (await response.Content.ReadAsStringAsync()).Should().Be(status == HttpStatusCode.OK ? """{"ok":true}""" : """{"ok":false}""");
        }
    }

    [TestCase("/p2p/health/live")]
    [TestCase("/p2p/health/ready")]
    public async Task GetHealth_FromElsewhere_IsRefusedUnlessOpened(string path)
    {
        await using ControlApp closed = await ControlApp.StartAsync();
        await using ControlApp open = await ControlApp.StartAsync(new ControlAppSetup { Map = app => app.MapP2pControl().Health(h => h.AllowAnonymous()) });

        await (await closed.GetAsync(path, (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");

        (await open.GetAsync(path, (ControlApp.RemoteHeader, "192.0.2.1"), ("Host", "10.1.2.3:8080"))).StatusCode.Should().Be(HttpStatusCode.OK);
        await (await open.SendAsync(HttpMethod.Post, path, null, (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        await (await open.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await open.GetAsync("/p2p/bans", (ControlApp.RemoteHeader, "192.0.2.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task GetHealth_OpenedInAnAuthorizedHost_NeedsNobody()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddAuthorization(options => options.AddPolicy("ops", policy => policy.RequireAssertion(_ => false))).AddAuthentication(),
            Pipeline = app => app.UseRouting().UseAuthorization(),
            Map = app => app.MapP2pControl().RequireAuthorization("ops").Health(h => h.AllowAnonymous()),
        });

        (await app.GetAsync("/p2p/health/ready", (ControlApp.RemoteHeader, "192.0.2.1"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task GetHealth_NodeThatFails_Answers500WithoutTheException()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Failure = new InvalidOperationException("secret");

        JsonElement body = await (await app.GetAsync("/p2p/health/live")).ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");

        body.GetRawText().Should().NotContain("secret");
    }
}
