using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests;

public class ErrorBodyTests
{
    [TestCase(null, "application/json")]
    [TestCase("*/*", "application/json")]
    [TestCase("text/html", "application/json")]
    [TestCase("application/json", "application/json")]
    [TestCase("application/problem+json", "application/problem+json")]
    [TestCase("application/problem+json, */*", "application/problem+json")]
    [TestCase("application/problem+json;q=0.5, */*", "application/json")]
    [TestCase("application/json, application/problem+json", "application/json")]
    [TestCase("application/problem+json, application/json;q=0.9", "application/problem+json")]
    [TestCase("application/problem+json;q=0", "application/json")]
    [TestCase("application/problem+json;q=0.2, application/*;q=0.1", "application/problem+json")]
    [TestCase(",,;q=x", "application/json")]
    public async Task Error_ByAccept_ComesAsTheCallerPrefers(string? accept, string mediaType)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.GetAsync("/p2p/nothing", accept is null ? [] : [("Accept", accept)]);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.ToString().Should().Be(mediaType);
        (await response.Content.ReadAsStringAsync()).Should().StartWith("""{"ok":false,"error":"not_found","hint":""");
    }

    [TestCase("GET", "/p2p/status", null)]
    [TestCase("GET", "/p2p/peers", null)]
    [TestCase("GET", "/p2p/peers/r12", null)]
    [TestCase("POST", "/p2p/connect", """{"host":"a","port":1}""")]
    [TestCase("POST", "/p2p/disconnect", """{"id":"r12"}""")]
    public async Task AnyRoute_NodeThrows_Answers500WithoutAWordOfIt(string method, string path, string? json)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Failure = new InvalidTimeZoneException("the-inner-cause");

        using HttpResponseMessage response = json is null ? await app.GetAsync(path) : await app.PostAsync(path, json);

        await response.ShouldBeError(HttpStatusCode.InternalServerError, "internal_error");
        string text = await response.Content.ReadAsStringAsync();
        text.Should().NotContain("the-inner-cause").And.NotContain("InvalidTimeZone").And.NotContain("   at ");
        app.Log.Own(LogLevel.Error).Should().ContainSingle().Which.Should().Contain("the-inner-cause").And.Contain(method);
    }

    [Test]
    public async Task AnyRoute_HostsRequestTimeout_IsAnsweredByTheHost()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(20) }),
            Pipeline = app =>
            {
                app.UseRouting();
                app.UseRequestTimeouts();
            },
        });
        Pipe never = new();
        using StreamContent content = new(never.Reader.AsStream());
        content.Headers.ContentType = new("application/json");

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/p2p/connect", content);

        response.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        app.Log.Own(LogLevel.Error).Should().BeEmpty();
    }

    [TestCase(NodeState.Created)]
    [TestCase(NodeState.Starting)]
    [TestCase(NodeState.Stopping)]
    [TestCase(NodeState.Stopped)]
    public async Task Node_NotRunning_IsToldAndNotCommanded(NodeState state)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        app.Node.Status = SampleData.Status with { State = state, Id = null, StartedAt = null };

        JsonElement status = await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        status.GetProperty("running").GetBoolean().Should().BeFalse();
        status.GetProperty("state").GetString().Should().Be(state.ToString());
        status.TryGetProperty("id", out _).Should().BeFalse();
        status.TryGetProperty("started_at", out _).Should().BeFalse();
        await (await app.GetAsync("/p2p/peers")).ShouldBeOk();
        await (await app.GetAsync("/p2p/ping")).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", """{"host":"a","port":1}""")).ShouldBeError(HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable");
        await (await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""")).ShouldBeError(HttpStatusCode.ServiceUnavailable, "p2p_node_unavailable");
        app.Node.Connects.Should().BeEmpty();
        app.Node.Disconnects.Should().BeEmpty();
    }
}
