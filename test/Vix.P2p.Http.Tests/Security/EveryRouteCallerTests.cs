using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Filters;

namespace Vix.P2p.Http.Tests.Security;

/// <summary>Who may call each route that is mapped, whichever those are.</summary>
public sealed class EveryRouteCallerTests
{
    private const string Stranger = "192.0.2.1";

    [Test]
    public async Task EveryRoute_TheRequestItTakes_IsAnswered()
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        IReadOnlyList<MappedRoute> routes = MappedRoute.Of(app);

        // What the tests beside this one show is refused would otherwise have failed for other reasons.
        foreach (MappedRoute route in routes)
        {
            string before = MappedRoute.StateOf(app.Node);
            using HttpResponseMessage response = await route.SendAsync(app);
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
            if (route.Changes)
                MappedRoute.StateOf(app.Node).Should().NotBe(before, "{0} changes something", route);
            else
                MappedRoute.StateOf(app.Node).Should().Be(before, "{0} is pure", route);
        }

        routes.Should().HaveCountGreaterThan(6);
    }

    [Test]
    public async Task EveryRoute_HostMatrix_AnswersNamesOfThisMachineOnly()
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            foreach ((string host, bool local) in HostNames.All)
            {
                string before = MappedRoute.StateOf(app.Node);
                using HttpResponseMessage response = await HostNames.SendAsync(app, route.Method, route.PathAndQuery, route.Body, host);
                if (local)
                {
                    response.StatusCode.Should().NotBe(HttpStatusCode.Forbidden, "{0} for {1}", route, host);
                    continue;
                }

                await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden_host");
                MappedRoute.StateOf(app.Node).Should().Be(before);
            }
        }
    }

    [TestCase("Forwarded", "for=127.0.0.1")]
    [TestCase("X-Forwarded-For", "127.0.0.1")]
    [TestCase("X-Original-For", "127.0.0.1:80")]
    [TestCase("X-Real-IP", "127.0.0.1")]
    [TestCase("Via", "1.1 proxy")]
    [TestCase(ControlApp.RemoteHeader, Stranger)]
    public async Task EveryRoute_FromElsewhere_IsRefusedAndChangesNothing(string name, string value)
    {
        await using ControlApp app = await MappedRoute.StartAsync();
        string before = MappedRoute.StateOf(app.Node);
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, (name, value));
            await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
    }

    [Test]
    public async Task EveryRoute_WithAKeySet_AnswersItsHolderAndNobodyElseFromElsewhere()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Settings = [("P2p:Control:ApiKey", ControlApp.Key)] });
        string before = MappedRoute.StateOf(app.Node);
        IReadOnlyList<MappedRoute> routes = [.. MappedRoute.Of(app).Where(route => !route.IsPage)];
        foreach (MappedRoute route in routes)
        {
            foreach (string authorization in (string[])["", "Bearer wrong", "Basic " + ControlApp.Key])
            {
                using HttpResponseMessage response = await route.SendAsync(app, (ControlApp.RemoteHeader, Stranger), ("Authorization", authorization));
                await response.ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
            }
        }

        MappedRoute.StateOf(app.Node).Should().Be(before);
        foreach (MappedRoute route in routes)
        {
            using HttpResponseMessage response = await route.SendAsync(app, (ControlApp.RemoteHeader, Stranger), ("Authorization", "Bearer " + ControlApp.Key));
            response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    [Test]
    public async Task EveryRoute_AllowAnonymous_OpensWhatIsNotProtected()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup { Map = app => app.MapP2pControl().AllowAnonymous() });
        foreach (MappedRoute route in MappedRoute.Of(app))
        {
            using HttpResponseMessage response = await route.SendAsync(app, (ControlApp.RemoteHeader, Stranger));
            if (route.IsProtected)
                await response.ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
            else
                response.StatusCode.Should().BeOneOf([HttpStatusCode.OK, HttpStatusCode.NotFound], route.Name);
        }
    }

    [Test]
    public async Task EveryRoute_ThatChangesSomething_IsProtected()
    {
        await using ControlApp app = await MappedRoute.StartAsync();

        MappedRoute.Of(app).Where(route => route.Changes && !route.IsProtected).Should().BeEmpty();
    }

    [Test]
    public async Task EveryEndpoint_OfTheControlPlane_HasOnePolicyAndTheFilterThatAppliesIt()
    {
        await using ControlApp app = await MappedRoute.StartAsync(new ControlAppSetup
        {
            Map = app =>
            {
                app.MapP2pControl();
                app.MapGroup("/tenants/{tenant}").MapP2pControl("/node");
            },
        });

        Endpoint[] endpoints = [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints];

        foreach (Endpoint endpoint in endpoints)
        {
            endpoint.Metadata.GetMetadata<ControlPlane>().Should().NotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetOrderedMetadata<AccessMetadata>().Should().ContainSingle(endpoint.DisplayName);
        }

        // Metadata says what the policy is; that it is applied shows in an answer to a stranger, for any method.
        foreach (RouteEndpoint endpoint in endpoints.Cast<RouteEndpoint>())
        {
            string path = System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!, @"\{[^}]*\}", "x");
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
            {
                using HttpResponseMessage response = await app.SendAsync(new HttpMethod(method), path, null, (ControlApp.RemoteHeader, Stranger));
                response.StatusCode.Should().Be(HttpStatusCode.Forbidden, "{0} {1}", method, path);
            }
        }
    }
}
