using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests;

/// <summary>Walks every endpoint that is mapped.</summary>
public class MetadataTests
{
    private static readonly string[] Heavy = ["GET /p2p/peers", "POST /p2p/connect", "GET /p2p/events", "GET /p2p/logs"];

    private static readonly string[] Health = ["GET /p2p/health/live", "GET /p2p/health/ready"];

    private static readonly string[] Protected =
    [
        "POST /p2p/connect", "POST /p2p/disconnect", "GET /p2p/attempts", "GET /p2p/attempts/{id}", "GET /p2p/persistent",
        "POST /p2p/persistent", "DELETE /p2p/persistent", "GET /p2p/bans", "DELETE /p2p/bans/{id}", "GET /p2p/logs",
    ];

    private static readonly string[] Open = ["GET /p2p", "GET /p2p/ping", "GET /p2p/status", "GET /p2p/peers", "GET /p2p/peers/{id}", "GET /p2p/events"];

    private static readonly string[] Page = ["GET /p2p/ui", "GET /p2p/ui/{file}"];

    private static readonly string[] All = [.. Open, .. Protected, .. Health, .. Page];

    [Test]
    public async Task EveryEndpoint_HasAPolicy()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        RouteEndpoint[] endpoints = Endpoints(app);

        endpoints.Select(Name).Should().BeEquivalentTo([.. All, .. Siblings(All), "* /p2p/{**rest}"], "each pattern has its sibling, and the prefix its catch-all");
        foreach (RouteEndpoint endpoint in endpoints)
        {
            endpoint.Metadata.GetMetadata<AccessMetadata>().Should().NotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<IDisableCookieRedirectMetadata>().Should().NotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<OutputCacheAttribute>()!.NoStore.Should().BeTrue(endpoint.DisplayName);
        }
    }

    [Test]
    public async Task EveryEndpoint_OfAllMapsAndGroups_HasAPolicy()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services =>
            {
                services.AddKeyedSingleton<IP2pNode>("edge", new FakeNode());
                services.AddAuthorization();
                services.AddOpenApi();
            },
            Map = app =>
            {
                app.MapP2pControl().Health(h => h.AllowAnonymous());
                app.MapP2pControl("/node").Protected(p => p.AllowP2pAnonymous());
                app.MapP2pControl("/edge", node: "edge").RequireAuthorization();
                app.MapGroup("/internal").MapP2pControl();
                app.MapOpenApi().AllowAnonymous();
                app.MapGet("/restart", () => Results.Ok()).WithP2pProtected();
                app.MapGet("/forgotten", () => Results.Ok());
            },
        });

        Endpoints(app).Should().HaveCountGreaterThan(4 * All.Length);
        EndpointPolicy.Unguarded(app).Should().Equal("GET /forgotten");
    }

    [Test]
    public async Task EveryEndpoint_AnswersNoStranger()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        foreach (RouteEndpoint endpoint in Endpoints(app))
        {
            string path = endpoint.RoutePattern.RawText!.Replace("{id}", "r12").Replace("{file}", "app.js").Replace("{**rest}", "rest");
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
                (await app.SendAsync(new HttpMethod(method), path, null, (ControlApp.RemoteHeader, "192.0.2.1"))).StatusCode.Should().Be(HttpStatusCode.Forbidden, "{0} {1}", method, path);
        }
    }

    [Test]
    public async Task Routes_HeavyAndProtected_AreThoseOfTheContract()
    {
        await using ControlApp app = await ControlApp.StartAsync();
        RouteEndpoint[] described = [.. Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)];

        described.Select(Name).Should().BeEquivalentTo(All);
        described.Where(endpoint => endpoint.Metadata.GetMetadata<HeavyMetadata>() is not null).Select(Name).Should().BeEquivalentTo(Heavy);
        described.Where(endpoint => endpoint.RoutePattern.RawText!.Contains("/health/", StringComparison.Ordinal)).Select(Name).Should().BeEquivalentTo(Health);
        described.Where(endpoint => endpoint.Metadata.GetMetadata<AccessMetadata>()!.IsProtected).Select(Name).Should().BeEquivalentTo(Protected);
    }

    [Test]
    public async Task Siblings_AndTheCatchAll_AreNotDescribed()
    {
        await using ControlApp app = await ControlApp.StartAsync();

        foreach (RouteEndpoint endpoint in Endpoints(app))
        {
            bool described = endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true };
            bool partOfThePage = endpoint.RoutePattern.RawText!.EndsWith("/ui/{file}", StringComparison.Ordinal);
            described.Should().Be(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null && !partOfThePage, endpoint.DisplayName);
        }
    }

    [Test]
    public async Task Conventions_OfEachGroup_ReachTheirRoutes()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app => app.MapP2pControl()
                .Heavy(h => h.RequireRateLimiting("p2p"))
                .Protected(p => p.RequireAuthorization("ops"))
                .Health(h => h.AllowAnonymous())
                .WithMetadata("all"),
        });
        RouteEndpoint[] endpoints = Endpoints(app);

        endpoints.Should().OnlyContain(endpoint => endpoint.Metadata.GetMetadata<string>() == "all");
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null).Select(Name).Should().BeEquivalentTo(Heavy);
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null).Select(Name)
            .Should().BeEquivalentTo([.. Protected, .. Siblings(Protected)]);
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Name)
            .Should().BeEquivalentTo([.. Health, .. Siblings(Health)]);
    }

    [Test]
    public async Task Finally_OverAllRoutes_RunsLast()
    {
        List<string> order = [];
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Map = app =>
            {
                P2pControlConventionBuilder control = app.MapP2pControl();
                control.Finally(endpoint => order.Add("finally"));
                control.Add(endpoint => order.Add("add"));
            },
        });

        Endpoints(app);

        order.Should().HaveCountGreaterThanOrEqualTo(30).And.StartWith(["add", "finally"]);
    }

    private static IEnumerable<string> Siblings(string[] routes) =>
        routes.Select(route => "* " + route[route.IndexOf('/')..]).Distinct();

    private static string Name(RouteEndpoint endpoint) => EndpointPolicy.Name(endpoint);

    private static RouteEndpoint[] Endpoints(ControlApp app) => EndpointPolicy.Endpoints(app);
}
