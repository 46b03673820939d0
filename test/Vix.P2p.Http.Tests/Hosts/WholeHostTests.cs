using System.Security.Claims;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests.Hosts;

/// <summary>
/// A host that has all of it at once: cookies, policies, a fallback policy, CORS, rate limits, a proxy in front, a path
/// base, logs of everything, a cache for everything, compression, timeouts, pages for errors, and JSON of its own.
/// </summary>
public sealed class WholeHostTests
{
    private const string Dashboard = "https://dash.example";
    private static readonly (string, string)[] Proxy = [("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "site.example")];

    [Test]
    public async Task Stranger_OnEachRoute_Gets401AndNoRedirect()
    {
        await using ControlApp app = await StartAsync();
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            foreach ((string, string)[] caller in ((string, string)[][])[[], Proxy])
            {
                using HttpResponseMessage response = await route.SendAsync(app, "/site" + route.PathAndQuery, route.Body is { } json ? MappedRoute.Json(json) : null, caller);
                if (IsHealth(route))
                    await ExpectAnswerAsync(response, route);
                else
                    response.StatusCode.Should().Be(HttpStatusCode.Unauthorized, route.Name);
            }
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
        (await app.GetAsync("/site/page")).StatusCode.Should().Be(HttpStatusCode.Redirect, "the site's own pages send to the login");
    }

    [Test]
    public async Task Viewer_Reads_AndIsRefusedWhatIsProtected()
    {
        await using ControlApp app = await StartAsync();
        (string, string) viewer = await SignInAsync(app, "viewer");
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await SendAsync(app, route, viewer);
            if (route.IsProtected)
                response.StatusCode.Should().Be(HttpStatusCode.Forbidden, route.Name);
            else
                await ExpectAnswerAsync(response, route);
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task Operator_OnEachRoute_GetsTheBytesOfAPlainHost()
    {
        await using ControlApp plain = await MappedRoute.StartAsync();
        await using ControlApp app = await StartAsync();
        (string, string) ops = await SignInAsync(app, "ops");
        foreach ((MappedRoute route, MappedRoute same) in MappedRoute.Of(app).Zip(MappedRoute.Of(plain)))
        {
            using HttpResponseMessage actual = await SendAsync(app, route, ops);
            using HttpResponseMessage expected = await same.SendAsync(plain);
            actual.StatusCode.Should().Be(expected.StatusCode, route.Name);
            actual.Content.Headers.ContentType.Should().Be(expected.Content.Headers.ContentType, route.Name);
            // A status in the stream tells the time.
            if (actual.Content.Headers.ContentType?.MediaType == "text/event-stream")
                continue;
            (await BodyAsync(actual)).Should().Be((await BodyAsync(expected)).Replace("\"/p2p", "\"/site/p2p", StringComparison.Ordinal), route.Name);
        }
    }

    [Test]
    public async Task Operator_Changes_AreSeenAtOnceAndByNobodyElse()
    {
        await using ControlApp app = await StartAsync();
        (string, string) ops = await SignInAsync(app, "ops");
        await (await app.GetAsync("/site/p2p/status", [ops, .. Proxy])).ShouldBeOk();
        app.Node.Status = SampleData.Status with { NodeId = "renamed" };

        (await (await app.GetAsync("/site/p2p/status", [ops, .. Proxy])).ShouldBeOk()).GetProperty("node_id").GetString().Should().Be("renamed");
        (await app.GetAsync("/site/p2p/status", Proxy)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await app.Client.GetStringAsync("/site/cached")).Should().Be(await app.Client.GetStringAsync("/site/cached"), "what is not ours comes from the cache");
    }

    [Test]
    public async Task Pages_OfTheSiteAndOfNamedOrigins_Change_AndOthersDoNot()
    {
        await using ControlApp app = await StartAsync();
        (string, string) ops = await SignInAsync(app, "ops");
        MappedRoute connect = MappedRoute.Of(app).Single(route => route.Name == "POST /p2p/connect");

        (await SendAsync(app, connect, ops, ("Origin", "https://site.example"))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await SendAsync(app, connect, ops, ("Origin", "https://site.example"), ("Sec-Fetch-Site", "same-origin"))).StatusCode.Should().Be(HttpStatusCode.OK);
        using HttpResponseMessage named = await SendAsync(app, connect, ops, ("Origin", Dashboard), ("Sec-Fetch-Site", "cross-site"));
        named.StatusCode.Should().Be(HttpStatusCode.OK);
        named.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Dashboard);
        using HttpResponseMessage evil = await SendAsync(app, connect, ops, ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"));
        evil.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        evil.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
        app.Node.Connects.Should().HaveCount(3);
    }

    [Test]
    public async Task HeavyRoutes_BeyondTheHostsLimit_GetItsAnswer()
    {
        await using ControlApp app = await StartAsync(permits: 2);
        (string, string) ops = await SignInAsync(app, "ops");
        for (int i = 0; i < 2; i++)
            await (await app.GetAsync("/site/p2p/peers", [ops, .. Proxy])).ShouldBeOk();

        (await app.GetAsync("/site/p2p/peers", [ops, .. Proxy])).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        await (await app.GetAsync("/site/p2p/status", [ops, .. Proxy])).ShouldBeOk();
    }

    [Test]
    public async Task Log_OfAllOfIt_HasNeitherKeyNorCookie()
    {
        await using ControlApp app = await StartAsync();
        (string, string) ops = await SignInAsync(app, "ops");
        foreach (MappedRoute route in MappedRoute.Of(app))
            (await SendAsync(app, route, ops, ("Authorization", "Bearer " + ControlApp.Key))).Dispose();

        string log = string.Join('\n', app.Log.Lines.Select(line => line.Text));
        log.Should().Contain("[Redacted]").And.NotContain(ControlApp.Key).And.NotContain(ops.Item2.Split('=', 2)[1]);
    }

    private static bool IsHealth(MappedRoute route) => route.Pattern.Contains("/health/", StringComparison.Ordinal);

    private static async Task ExpectAnswerAsync(HttpResponseMessage response, MappedRoute route)
    {
        response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        response.Headers.Contains("Age").Should().BeFalse(route.Name);
        await response.Content.ReadAsByteArrayAsync();
    }

    private static Task<HttpResponseMessage> SendAsync(ControlApp app, MappedRoute route, params (string, string)[] headers) =>
        route.SendAsync(app, "/site" + route.PathAndQuery, route.Body is { } json ? MappedRoute.Json(json) : null, [.. headers, .. Proxy]);

    private static async Task<string> BodyAsync(HttpResponseMessage response) =>
        (await response.Content.ReadAsStringAsync()).Split("\"trace_id\"")[0];

    private static async Task<(string, string)> SignInAsync(ControlApp app, string name)
    {
        using HttpResponseMessage response = await app.GetAsync("/site/login?name=" + name, Proxy);
        return ("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    private static Task<ControlApp> StartAsync(int permits = 1000) => MappedRoute.StartAsync(new ControlAppSetup
    {
        Environment = Microsoft.Extensions.Hosting.Environments.Production,
        Settings = [("P2p:Control:ApiKey", ControlApp.Key), ("P2p:Control:AllowedOrigins:0", Dashboard)],
        Services = services => AddServices(services, permits),
        Pipeline = UseAll,
        Map = app =>
        {
            app.MapP2pControl()
                .RequireAuthorization("viewers")
                .Heavy(h => h.RequireRateLimiting("p2p"))
                .Protected(p => p.RequireAuthorization("ops"))
                .Health(h => h.AllowAnonymous());
            app.MapGet("/page", () => "page");
            app.MapGet("/cached", () => Guid.NewGuid().ToString()).AllowAnonymous();
            app.MapGet("/oops", () => "oops").AllowAnonymous();
            app.MapGet("/login", (string name, HttpContext http) =>
                http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "Login")))).AllowAnonymous();
        },
    });

    private static void AddServices(IServiceCollection services, int permits)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options => options.LoginPath = "/login");
        services.AddAuthorizationBuilder()
            .AddPolicy("viewers", policy => policy.RequireAuthenticatedUser())
            .AddPolicy("ops", policy => policy.RequireUserName("ops"))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCors(options => options.AddDefaultPolicy(policy => policy.WithOrigins(Dashboard).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = 429;
            options.AddPolicy("p2p", _ => RateLimitPartition.GetFixedWindowLimiter("all", _ => new() { PermitLimit = permits, Window = TimeSpan.FromDays(1), AutoReplenishment = false }));
        });
        services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.All);
        services.AddHttpLogging(options => options.LoggingFields = HttpLoggingFields.All);
        services.AddOutputCache(options => options.AddBasePolicy(policy => policy.Expire(TimeSpan.FromHours(1))));
        services.AddResponseCompression(options => options.EnableForHttps = true);
        services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMinutes(1) });
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.WriteAsString;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            options.SerializerOptions.Converters.Add(new LoudStrings());
        });
    }

    private static void UseAll(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePagesWithReExecute("/oops");
        app.UseHttpLogging();
        app.UsePathBase("/site");
        app.UseRouting();
        app.UseResponseCompression();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.UseOutputCache();
    }

    /// <summary>What a host may do to its own answers.</summary>
    private sealed class LoudStrings : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()?.ToUpperInvariant();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToUpperInvariant());
    }
}
