using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Vix.P2p.Http.Tests;

/// <summary>The filters on endpoints of the host.</summary>
public class HostEndpointTests
{
    private static readonly (string, string) Remote = (ControlApp.RemoteHeader, "192.0.2.9");

    [Test]
    public async Task WithP2pProtected_Endpoint_AnswersThisMachineOrTheKey()
    {
        await using ControlApp app = await StartAsync(app =>
        {
            app.MapGet("/mine", () => "mine").WithP2pProtected();
            app.MapGet("/delegate", (HttpContext http) => http.Response.WriteAsync("mine")).WithP2pProtected();
            app.MapGroup("/group").WithP2pProtected().MapPost("/change", () => "mine");
        });

        foreach (string path in (string[])["/mine", "/delegate"])
        {
            (await app.Client.GetStringAsync(path)).Should().Be("mine");
            await (await app.GetAsync(path, Remote)).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
            (await app.GetAsync(path, Remote, ("Authorization", "Bearer " + ControlApp.Key))).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (await app.PostAsync("/group/change", "{}")).StatusCode.Should().Be(HttpStatusCode.OK);
        await (await app.PostAsync("/group/change", "{}", ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden_origin");
        await (await app.PostAsync("/group/change", "{}", Remote)).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Test]
    public async Task WithP2pProtected_AllowAnonymous_DoesNotOpenIt()
    {
        await using ControlApp app = await StartAsync(app =>
        {
            app.MapGet("/mine", () => "mine").WithP2pProtected().AllowAnonymous();
            app.MapGet("/open", () => "open").WithP2pProtected().AllowP2pAnonymous();
        });

        await (await app.GetAsync("/mine", Remote)).ShouldBeError(HttpStatusCode.Unauthorized, "unauthorized");
        (await app.GetAsync("/open", Remote)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task WithP2pProtected_OfAKeyedNode_FollowsItsSettings()
    {
        await using ControlApp app = await StartAsync(app => app.MapGet("/mine", () => "mine").WithP2pProtected("edge"));

        (await app.GetAsync("/mine")).StatusCode.Should().Be(HttpStatusCode.OK);
        await (await app.GetAsync("/mine", Remote, ("Authorization", "Bearer " + ControlApp.Key))).ShouldBeError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Test]
    public async Task Filters_OnEndpointsThatRunNone_FailLoudly()
    {
        foreach (Action<IEndpointConventionBuilder> apply in (Action<IEndpointConventionBuilder>[])[builder => builder.WithP2pProtected(), builder => builder.WithP2pHeavy()])
        {
            await using ControlApp app = await StartAsync(app =>
            {
                FilterlessDataSource source = new();
                ((IEndpointRouteBuilder)app).DataSources.Add(source);
                apply(source);
            });

            FluentActions.Invoking(() => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Count)
                .Should().Throw<InvalidOperationException>().WithMessage("*WithP2p*no effect*");
        }
    }

    private static Task<ControlApp> StartAsync(Action<WebApplication> map) => ControlApp.StartAsync(new ControlAppSetup
    {
        Settings = [("P2p:Control:ApiKey", ControlApp.Key)],
        Map = map,
    });

    /// <summary>Takes conventions as all do, and ignores the filters among them.</summary>
    private sealed class FilterlessDataSource : EndpointDataSource, IEndpointConventionBuilder
    {
        private readonly List<Action<EndpointBuilder>> _conventions = [];
        private readonly List<Action<EndpointBuilder>> _finally = [];

        public override IReadOnlyList<Endpoint> Endpoints
        {
            get
            {
                RouteEndpointBuilder builder = new(_ => Task.CompletedTask, RoutePatternFactory.Parse("/filterless"), 0) { DisplayName = "filterless" };
                _conventions.ForEach(convention => convention(builder));
                _finally.ForEach(convention => convention(builder));
                return [builder.Build()];
            }
        }

        public void Add(Action<EndpointBuilder> convention) => _conventions.Add(convention);

        public void Finally(Action<EndpointBuilder> finallyConvention) => _finally.Add(finallyConvention);

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
