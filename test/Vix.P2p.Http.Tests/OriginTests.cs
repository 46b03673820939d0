using Microsoft.AspNetCore.Builder;

namespace Vix.P2p.Http.Tests;

/// <summary>Which pages may change something.</summary>
public class OriginTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [TestCase("same-origin", true, true)]
    [TestCase("none", true, true)]
    [TestCase("same-site", false, true)]
    [TestCase("cross-site", false, true)]
    [TestCase("Same-Origin", false, false)]
    [TestCase("Cross-Site", false, false)]
    [TestCase("same-origin, cross-site", false, false)]
    [TestCase("whatever", false, false)]
    public async Task PostConnect_SecFetchSite_DecidesUnlessTheOriginIsAllowed(string site, bool passes, bool passesFromAllowed)
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:AllowedOrigins:0", "https://ops.example"));

        foreach (string? origin in (string?[])[null, "http://localhost", "https://ops.example", "https://evil.example", "https://ops.example.evil", "null"])
        {
            (string, string)[] headers = [("Sec-Fetch-Site", site), .. origin is null ? Array.Empty<(string, string)>() : [("Origin", origin)]];
            await Expect(await app.PostAsync("/p2p/connect", Connect, headers), origin == "https://ops.example" ? passesFromAllowed : passes);
        }
    }

    [TestCase("localhost", "http://localhost", true)]
    [TestCase("localhost", "HTTP://LOCALHOST", true)]
    [TestCase("localhost", "http://localhost:80", true)]
    [TestCase("localhost:80", "http://localhost", true)]
    [TestCase("localhost:5180", "http://localhost:5180", true)]
    [TestCase("localhost", "https://localhost", true)]
    [TestCase("localhost:443", "https://localhost", true)]
    [TestCase("[::1]:5180", "http://[::1]:5180", true)]
    [TestCase("localhost", "https://ops.example", true)]
    [TestCase("localhost", "https://ops.example:443", true)]
    [TestCase("localhost", "http://lab.example:8080", true)]
    [TestCase("localhost:5180", "http://localhost", false)]
    [TestCase("localhost:5180", "http://localhost:5181", false)]
    [TestCase("localhost", "http://127.0.0.1", false)]
    [TestCase("localhost", "http://ops.example", false)]
    [TestCase("localhost", "https://ops.example:8443", false)]
    [TestCase("localhost", "https://ops.example.evil", false)]
    [TestCase("localhost", "https://ops.example/", false)]
    [TestCase("localhost", "https://evil.example", false)]
    [TestCase("localhost", "http://localhost.evil", false)]
    [TestCase("localhost", "http://localhost@evil", false)]
    [TestCase("localhost", "http://localhost, http://evil", false)]
    [TestCase("localhost", "null", false)]
    [TestCase("localhost", "localhost", false)]
    [TestCase("localhost", "file://", false)]
    [TestCase("localhost", "chrome-extension://abcdef", false)]
    public async Task PostConnect_Origin_MustBeThisServerOrAllowed(string host, string origin, bool passes)
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:AllowedOrigins:0", "https://ops.example"), ("P2p:Control:AllowedOrigins:1", "http://LAB.example:8080"));

        await Expect(await app.PostAsync("/p2p/connect", Connect, ("Host", host), ("Origin", origin)), passes);
        await Expect(await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""", ("Host", host), ("Origin", origin)), passes);
    }

    [Test]
    public async Task PostConnect_HttpsRequestFromAnHttpPage_IsRefused()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await Expect(await app.PostAsync("https://localhost/p2p/connect", Connect, ("Origin", "https://localhost")), true);
        await Expect(await app.PostAsync("https://localhost/p2p/connect", Connect, ("Origin", "http://localhost")), false);
        await Expect(await app.PostAsync("https://localhost/p2p/connect", Connect, ("Origin", "http://localhost:443")), false);
    }

    [Test]
    public async Task Reads_ByALinkOrAnImageAnywhere_AreAnsweredWithoutCorsHeaders()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        foreach (string site in (string[])["cross-site", "same-site", "none", "same-origin"])
        {
            using HttpResponseMessage response = await app.GetAsync("/p2p/status", ("Sec-Fetch-Site", site));

            await response.ShouldBeOk();
            response.Headers.Should().NotContain(header => header.Key.StartsWith("Access-Control"));
        }
    }

    [TestCase("https://evil.example")]
    [TestCase("null")]
    public async Task Reads_ByAForeignPageThatMayHaveThem_AreRefused(string origin)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        JsonElement body = await (await app.GetAsync("/p2p/status", ("Origin", origin), ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");

        body.GetProperty("hint").GetString().Should().Contain("P2p:Control:AllowedOrigins");
    }

    [Test]
    public async Task PostConnect_WithAKey_StillRefusesForeignPages()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));

        await Expect(await app.PostAsync("/p2p/connect", Connect, ("Authorization", "Bearer " + ControlApp.Key), ("Origin", "https://evil.example")), false);
    }

    [Test]
    public async Task Preflight_FromAnyPage_GetsNoPermission()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Options, "/p2p/connect", null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));

        await response.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    [TestCase("X-HTTP-Method-Override")]
    [TestCase("X-HTTP-Method")]
    [TestCase("X-Method-Override")]
    public async Task GetConnect_WithAMethodOverride_StaysAGet(string header)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/connect", (header, "POST"))).ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        await (await app.SendAsync(HttpMethod.Get, "/p2p/connect?_method=POST", new StringContent(Connect, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")))).ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        app.Node.Connects.Should().BeEmpty();
    }

    [Test]
    public async Task PostStatus_UnderAHostThatOverridesMethods_ReadsOnly()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Pipeline = app =>
            {
                app.UseHttpMethodOverride();
                app.UseRouting();
            },
        });

        await (await app.PostAsync("/p2p/status", "{}", ("X-HTTP-Method-Override", "GET"))).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", Connect, ("X-HTTP-Method-Override", "GET"))).ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        app.Node.Connects.Should().BeEmpty();
    }

    private static async Task Expect(HttpResponseMessage response, bool passes)
    {
        using (response)
        {
            if (passes)
                await response.ShouldBeOk();
            else
                await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        }
    }
}
