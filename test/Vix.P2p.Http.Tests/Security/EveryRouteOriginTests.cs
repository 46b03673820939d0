namespace Vix.P2p.Http.Tests.Security;

/// <summary>The whole matrix of Sec-Fetch-Site and Origin, against each route that is mapped.</summary>
public sealed class EveryRouteOriginTests
{
    private static readonly string?[] Sites =
        [null, "same-origin", "none", "same-site", "cross-site", "Same-Origin", "CROSS-SITE", "same-origin, none", "whatever"];

    // What a page of this server, one that the settings name, and any other sends.
    private static readonly (string? Origin, Kind Kind)[] Origins =
    [
        (null, Kind.None),
        ("http://localhost", Kind.Own),
        ("http://localhost:80", Kind.Own),
        ("https://localhost", Kind.Own),
        ("https://ops.example", Kind.Allowed),
        ("HTTPS://OPS.EXAMPLE", Kind.Allowed),
        ("https://ops.example:443", Kind.Allowed),
        ("http://lab.example:8080", Kind.Allowed),
        ("http://ops.example", Kind.Foreign),
        ("https://ops.example:8443", Kind.Foreign),
        ("https://ops.example.evil", Kind.Foreign),
        ("https://evil.example", Kind.Foreign),
        ("https://ops.example/", Kind.Foreign),
        ("https://ops.example, https://ops.example", Kind.Foreign),
        ("https://user@ops.example", Kind.Foreign),
        ("http://127.0.0.1", Kind.Foreign),
        ("http://localhost:5180", Kind.Foreign),
        ("http://localhost.evil", Kind.Foreign),
        ("null", Kind.Foreign),
        ("file://", Kind.Foreign),
        ("chrome-extension://abcdef", Kind.Foreign),
    ];

    private enum Kind
    {
        None,
        Own,
        Allowed,
        Foreign,
    }

    [Test]
    public async Task EveryRouteThatChanges_WholeMatrix_AnswersOwnAndAllowedPagesOnly()
    {
        await using ControlApp app = await StartAsync();
        int refused = 0;
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.Changes))
        {
            foreach ((string? site, string? origin, Kind kind) in Matrix())
            {
                bool passes = site switch
                {
                    null => kind != Kind.Foreign,
                    "same-origin" or "none" => true,
                    "same-site" or "cross-site" => kind == Kind.Allowed,
                    _ => false,
                };
                string before = MappedRoute.StateOf(app.Node);
                using HttpResponseMessage response = await route.SendAsync(app, Headers(site, origin));
                if (passes)
                {
                    response.StatusCode.Should().NotBe(HttpStatusCode.Forbidden, "{0}, {1}, {2}", route, site, origin);
                    continue;
                }

                await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
                MappedRoute.StateOf(app.Node).Should().Be(before);
                refused++;
            }
        }

        refused.Should().BeGreaterThan(200);
    }

    [Test]
    public async Task EveryRouteThatReads_WholeMatrix_GivesForeignPagesNothing()
    {
        await using ControlApp app = await StartAsync();
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => !route.Changes))
        {
            foreach ((string? site, string? origin, Kind kind) in Matrix())
            {
                using HttpResponseMessage response = await route.SendAsync(app, Headers(site, origin));
                if (kind != Kind.Foreign || site is "same-origin" or "none")
                    response.StatusCode.Should().NotBe(HttpStatusCode.Forbidden, "{0}, {1}, {2}", route, site, origin);
                else
                    await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
            }
        }
    }

    [Test]
    public async Task EveryRouteThatChanges_WithTheKey_StillAnswersOwnAndAllowedPagesOnly()
    {
        await using ControlApp app = await StartAsync(("P2p:Control:ApiKey", ControlApp.Key));
        (string, string)[] holder = [(ControlApp.RemoteHeader, "192.0.2.9"), ("Authorization", "Bearer " + ControlApp.Key)];
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.Changes))
        {
            await (await route.SendAsync(app, [.. holder, ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")])).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
            await (await route.SendAsync(app, [.. holder, ("Origin", "https://evil.example")])).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
            await (await route.SendAsync(app, [.. holder, ("Sec-Fetch-Site", "cross-site")])).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryRoute_Preflight_GivesNoPermissionOfItsOwn()
    {
        await using ControlApp app = await StartAsync();
        foreach (string path in MappedRoute.Of(app).Select(route => route.Path).Distinct())
        {
            foreach (string origin in (string[])["https://evil.example", "https://ops.example"])
            {
                using HttpResponseMessage response = await app.SendAsync(HttpMethod.Options, path, null, ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Private-Network", "true"));
                await response.ShouldBeError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
            }
        }
    }

    private static Task<ControlApp> StartAsync(params (string, string?)[] settings) => MappedRoute.StartAsync(new ControlAppSetup
    {
        Settings = [("P2p:Control:AllowedOrigins:0", "https://ops.example"), ("P2p:Control:AllowedOrigins:1", "http://LAB.example:8080"), .. settings],
    });

    private static IEnumerable<(string? Site, string? Origin, Kind Kind)> Matrix() =>
        from site in Sites
        from origin in Origins
        select (site, origin.Origin, origin.Kind);

    private static (string, string)[] Headers(string? site, string? origin) =>
        [.. site is null ? Array.Empty<(string, string)>() : [("Sec-Fetch-Site", site)], .. origin is null ? Array.Empty<(string, string)>() : [("Origin", origin)]];
}
