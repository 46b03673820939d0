using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>A host behind a proxy, which may or may not say so.</summary>
public sealed class ForwardedHeadersTests
{
    private const string Connect = """{"host":"a","port":1}""";
    private static readonly (string, string) Key = ("Authorization", "Bearer " + ControlApp.Key);

    [TestCase("203.0.113.5", TestName = "UseForwardedHeaders_CallerElsewhere_IsNotLocal")]
    [TestCase("127.0.0.1", TestName = "UseForwardedHeaders_CallerWhoClaimsToBeHere_IsNotLocal")]
    [TestCase("::1", TestName = "UseForwardedHeaders_CallerWhoClaimsToBeHereBySix_IsNotLocal")]
    [TestCase("127.0.0.1, 203.0.113.5", TestName = "UseForwardedHeaders_ChainThatBeginsHere_IsNotLocal")]
    [TestCase("nonsense", TestName = "UseForwardedHeaders_Nonsense_IsNotLocal")]
    public async Task UseForwardedHeaders_WhoeverComesThroughTheProxy_IsNotLocal(string forwardedFor)
    {
        foreach (bool beforeRouting in (bool[])[true, false])
        {
            foreach (int? limit in (int?[])[1, null])
            {
                await using ControlApp app = await StartAsync(beforeRouting, limit);
                string before = MappedRoute.StateOf(app.Node);
                (string, string)[] headers = [("X-Forwarded-For", forwardedFor), ("X-Forwarded-Host", "localhost"), ("X-Forwarded-Proto", "http"), (ControlApp.RemoteHeader, "127.0.0.1")];
                foreach (MappedRoute route in MappedRoute.Of(app))
                    await (await route.SendAsync(app, headers)).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
                MappedRoute.StateOf(app.Node).Should().Be(before);
            }
        }
    }

    [Test]
    public async Task UseForwardedHeaders_ProxyThatIsNotKnown_IsNotBelieved()
    {
        await using ControlApp app = await StartAsync(beforeRouting: true, limit: null);

        await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "10.0.0.9"), ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task UseForwardedHeaders_KnownProxyElsewhere_LendsNobodyThisMachine()
    {
        await using ControlApp app = await StartAsync(beforeRouting: true, limit: null, configure: options => options.KnownProxies.Add(IPAddress.Parse("10.0.0.9")));

        await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "10.0.0.9"), ("X-Forwarded-For", "127.0.0.1"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        await (await app.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "10.0.0.9"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task UseForwardedHeaders_CallerWithoutAProxy_StaysLocal()
    {
        await using ControlApp app = await StartAsync(beforeRouting: true, limit: 1);

        await (await app.GetAsync("/p2p/status")).ShouldBeOk();
        await (await app.PostAsync("/p2p/connect", Connect)).ShouldBeOk();
    }

    [Test]
    public async Task Proxy_WithTheKey_LetsItsHolderIn()
    {
        foreach (bool use in (bool[])[true, false])
        {
            await using ControlApp app = await StartAsync(use ? true : null, 1, settings: ("P2p:Control:ApiKey", ControlApp.Key));
            (string, string)[] headers = [("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", "https"), ("Host", "ops.example")];

            await (await app.GetAsync("/p2p/status", headers)).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
            await (await app.GetAsync("/p2p/status", [.. headers, Key])).ShouldBeOk();
            await (await app.PostAsync("/p2p/connect", Connect, [.. headers, Key])).ShouldBeOk();
        }
    }

    [Test]
    public async Task Proxy_ThatAddsNoHeader_PassesForALocalCallerUntilAllowLocalIsOff()
    {
        await using ControlApp open = await ControlApp.StartAsync();
        await using ControlApp closed = await ControlApp.StartAsync(("P2p:Control:AllowLocal", "false"), ("P2p:Control:ApiKey", ControlApp.Key));

        await (await open.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "127.0.0.1"))).ShouldBeOk();
        await (await closed.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "127.0.0.1"))).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        await (await closed.GetAsync("/p2p/status", (ControlApp.RemoteHeader, "127.0.0.1"), Key)).ShouldBeOk();
    }

    [TestCase(true, "https://ops.example", null, HttpStatusCode.OK)]
    [TestCase(true, "https://evil.example", null, HttpStatusCode.Forbidden)]
    [TestCase(true, "http://ops.example", null, HttpStatusCode.Forbidden)]
    [TestCase(false, "https://ops.example", "same-origin", HttpStatusCode.OK)]
    [TestCase(false, "https://ops.example", null, HttpStatusCode.Forbidden)]
    public async Task Proxy_ThatEndsTls_PageOfItsOwnOriginMayChange(bool use, string origin, string? site, HttpStatusCode status)
    {
        // As nginx sends it by default: the Host header is that of this server, and the caller's own is forwarded.
        await using ControlApp app = await StartAsync(use ? true : null, 1, settings: ("P2p:Control:ApiKey", ControlApp.Key));
        (string, string)[] headers = [("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "ops.example"), ("Host", "127.0.0.1:5180"), Key, ("Origin", origin), .. site is null ? Array.Empty<(string, string)>() : [("Sec-Fetch-Site", site)]];

        (await app.PostAsync("/p2p/connect", Connect, headers)).StatusCode.Should().Be(status);
    }

    private static Task<ControlApp> StartAsync(bool? beforeRouting, int? limit, Action<ForwardedHeadersOptions>? configure = null, params (string, string?)[] settings) =>
        MappedRoute.StartAsync(new ControlAppSetup
        {
            Settings = settings,
            Services = services => services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.All;
                options.ForwardLimit = limit;
                configure?.Invoke(options);
            }),
            Pipeline = app =>
            {
                if (beforeRouting == true)
                    app.UseForwardedHeaders();
                app.UseRouting();
                if (beforeRouting == false)
                    app.UseForwardedHeaders();
            },
        });
}
