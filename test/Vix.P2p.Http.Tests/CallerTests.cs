using Microsoft.AspNetCore.Builder;

namespace Vix.P2p.Http.Tests;

/// <summary>Who may call a route that the host has not protected.</summary>
public class CallerTests
{
    private const string Connect = """{"host":"a","port":1}""";

    [TestCase(null, true)]
    [TestCase("127.0.0.1", true)]
    [TestCase("127.200.3.4", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true)]
    [TestCase("::ffff:127.9.9.9", true)]
    [TestCase("192.168.1.2", false)]
    [TestCase("10.0.0.1", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("::", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("::127.0.0.1", false)]
    [TestCase("fe80::1", false)]
    [TestCase("2001:db8::1", false)]
    public async Task AnyRoute_ByRemoteAddress_AnswersThisMachineOnly(string? address, bool local)
    {
        await using ControlApp app = await ControlApp.StartAsync();
        (string, string)[] headers = address is null ? [] : [(ControlApp.RemoteHeader, address)];

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[await app.GetAsync("/p2p", headers), await app.GetAsync("/p2p/ping", headers), await app.GetAsync("/p2p/status", headers), await app.GetAsync("/p2p/peers", headers), await app.PostAsync("/p2p/connect", Connect, headers)])
        {
            if (local)
                await response.ShouldBeOk();
            else
                (await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden")).GetProperty("hint").GetString().Should().Contain("P2p:Control:ApiKey").And.Contain("RequireAuthorization");
        }

        app.Node.Connects.Should().HaveCount(local ? 1 : 0);
    }

    [TestCase("Forwarded", "for=127.0.0.1")]
    [TestCase("X-Forwarded-For", "127.0.0.1")]
    [TestCase("x-forwarded-for", "unknown")]
    [TestCase("X-Forwarded-Host", "localhost")]
    [TestCase("X-Forwarded-Proto", "https")]
    [TestCase("X-Forwarded-Prefix", "/a")]
    [TestCase("X-Original-For", "127.0.0.1:80")]
    [TestCase("X-Original-Host", "localhost")]
    [TestCase("X-ORIGINAL-URL", "/")]
    [TestCase("X-Real-IP", "127.0.0.1")]
    [TestCase("Via", "1.1 proxy")]
    [TestCase("CF-Connecting-IP", "127.0.0.1")]
    [TestCase("True-Client-IP", "127.0.0.1")]
    public async Task AnyRoute_ThroughAProxy_IsNotLocal(string name, string value)
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/status", (name, value))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [TestCase("Bearer " + ControlApp.Key, true)]
    [TestCase("bearer " + ControlApp.Key, true)]
    [TestCase("BEARER   " + ControlApp.Key + " ", true)]
    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("Bearer", false)]
    [TestCase("Bearer ", false)]
    [TestCase(ControlApp.Key, false)]
    [TestCase("Basic " + ControlApp.Key, false)]
    [TestCase("Bearer" + ControlApp.Key, false)]
    [TestCase("Bearer " + ControlApp.Key + "x", false)]
    [TestCase("Bearer K3Y-0123456789abcdef0123456789abcdef", false)]
    [TestCase("Bearer k3y-0123456789abcdef0123456789abcde", false)]
    [TestCase("Bearer k3y-0123456789abcdef0123456789abcdef, Bearer x", false)]
    public async Task AnyRoute_WithAKeySet_AnswersItsHoldersFromElsewhere(string? authorization, bool holder)
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));
        (string, string)[] headers = [(ControlApp.RemoteHeader, "192.0.2.9"), ("X-Forwarded-For", "198.51.100.4"), .. authorization is null ? Array.Empty<(string, string)>() : [("Authorization", authorization)]];

        foreach (HttpResponseMessage response in (HttpResponseMessage[])[await app.GetAsync("/p2p/status", headers), await app.PostAsync("/p2p/connect", Connect, headers), await app.GetAsync("/p2p/nothing", headers)])
        {
            if (holder)
                response.StatusCode.Should().NotBe(HttpStatusCode.Unauthorized);
            else
            {
                await response.ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
                response.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
            }
        }

        app.Node.Connects.Should().HaveCount(holder ? 1 : 0);
    }

    [Test]
    public async Task Key_OfAnyLength_IsComparedWithoutFailing()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));
        foreach (string key in (string[])["a", new string('a', 512), new string('a', 513), new string('a', 30_000), "ключ"])
        {
            using HttpResponseMessage response = await app.Client.SendAsync(WithRawAuthorization(key));
            await response.ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        }

        static HttpRequestMessage WithRawAuthorization(string key)
        {
            HttpRequestMessage request = new(HttpMethod.Get, "/p2p/status");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key).Should().BeTrue();
            return request;
        }
    }

    [Test]
    public async Task AnyRoute_WithAKeySet_StillAnswersThisMachineWithoutIt()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", Connect)).ShouldBeOk();
    }

    [Test]
    public async Task AnyRoute_LocalCallerWithAWrongKey_IsTold()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));

        await (await app.GetAsync("/p2p/status", ("Authorization", "Bearer wrong"))).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Test]
    public async Task AnyRoute_AuthorizationWithoutAKeySet_CountsForNothing()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        await (await app.GetAsync("/p2p/status", ("Authorization", "Bearer " + ControlApp.Key))).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", ("Authorization", "Bearer " + ControlApp.Key), (ControlApp.RemoteHeader, "192.0.2.9"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task AllowLocalOff_WithoutAKey_AnswersNobody()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:AllowLocal", "false"));

        await (await app.GetAsync("/p2p/status")).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "127.0.0.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task AllowLocalOff_WithAKey_AnswersItsHolders()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:AllowLocal", "false"), ("P2p:Control:ApiKey", ControlApp.Key));

        await (await app.GetAsync("/p2p/status")).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        await (await app.GetAsync("/p2p/status", ("Authorization", "Bearer " + ControlApp.Key))).ShouldBeOk();
    }

    [Test]
    public async Task ApiKeyPath_File_HoldsTheKey()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        await File.WriteAllTextAsync(path, ControlApp.Key + "\r\n");
        try
        {
            await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKeyPath", path));
            await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "192.0.2.9"), ("Authorization", "Bearer " + ControlApp.Key))).ShouldBeOk();
            await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "192.0.2.9"))).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task AllowAnonymous_OpensReadsOnly()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Map = app => app.MapP2pControl().AllowAnonymous() });
        (string, string) remote = (ControlApp.RemoteHeader, "192.0.2.9");

        await (await app.GetAsync("/p2p", remote)).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", remote, ("Host", "evil.example"))).ShouldBeOk();
        await (await app.GetAsync("/p2p/peers", remote)).ShouldBeOk();
        await (await app.GetAsync("/p2p/peers/r12", remote)).ShouldBeOk();
        await (await app.GetAsync("/p2p/nothing", remote)).ShouldBeError(HttpStatusCode.NotFound, "not_found");
        await (await app.PostAsync("/p2p/connect", Connect, remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.GetAsync("/p2p/connect", remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""", remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.PostAsync("/p2p/connect", Connect)).ShouldBeOk();
    }

    [Test]
    public async Task AllowP2pAnonymous_OnProtected_OpensThemToo()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup { Map = app => app.MapP2pControl().Protected(p => p.AllowP2pAnonymous()) });
        (string, string) remote = (ControlApp.RemoteHeader, "192.0.2.9");

        await (await app.PostAsync("/p2p/connect", Connect, remote)).ShouldBeOk();
        await (await app.GetAsync("/p2p/status", remote)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.PostAsync("/p2p/connect", Connect, remote, ("Origin", "https://evil.example"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
    }
}
