using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Http.Tests;

/// <summary>
/// Compares the OpenAPI document of a default host with openapi.json beside this file. VIX_UPDATE_SNAPSHOTS=1 writes
/// it anew; the difference is then read like any other.
/// </summary>
public class OpenApiTests
{
    [Test]
    public async Task OpenApi_OfADefaultHost_IsTheSnapshot()
    {
        await using ControlApp app = await StartAsync();

        string document = await app.Client.GetStringAsync("/openapi/v1.json");

        Snapshot.Compare("test/Vix.P2p.Http.Tests/openapi.json", document.ReplaceLineEndings("\n") + "\n");
    }

    [Test]
    public async Task OpenApi_Describes_EachRouteOnce()
    {
        await using ControlApp app = await StartAsync();

        JsonElement[] routes = [.. JsonDocument.Parse(await app.Client.GetStringAsync("/p2p")).RootElement.GetProperty("routes").EnumerateArray()];
        List<(string Method, string Path, JsonElement Operation)> operations = await OperationsAsync(app);

        operations.Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}")
            .Should().BeEquivalentTo(routes.Select(route => $"{route.GetProperty("method").GetString()} {route.GetProperty("path").GetString()!.TrimEnd('/')}"));
        operations.Select(operation => operation.Operation.GetProperty("operationId").GetString()).Should().OnlyHaveUniqueItems().And.Contain("get_p2p_peers_by_id");
    }

    [Test]
    public async Task OpenApi_EveryBody_HasASchemaAndEveryGoodOneAnExample()
    {
        await using ControlApp app = await StartAsync();

        foreach ((string method, string path, JsonElement operation) in await OperationsAsync(app))
        {
            if (operation.TryGetProperty("requestBody", out JsonElement request))
                ShouldHaveExamples(request, $"{method} {path}");
            foreach (JsonProperty response in operation.GetProperty("responses").EnumerateObject())
            {
                if (response.Name.StartsWith('2'))
                    ShouldHaveExamples(response.Value, $"{method} {path} {response.Name}");
                else if (response.Name[0] is '4' or '5' && !path.Contains("/health/"))
                    response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString().Should().EndWith("P2pErrorResponse");
            }
        }
    }

    [Test]
    public async Task OpenApi_ManyControlPlanesInOneApp_NamesEachOperationOnce()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddOpenApi().AddKeyedSingleton<IP2pNode>("edge", new FakeNode()),
            Map = app =>
            {
                Many(app);
                app.MapOpenApi();
            },
        });

        List<(string Method, string Path, JsonElement Operation)> operations = await OperationsAsync(app);

        operations.Select(operation => operation.Operation.GetProperty("operationId").GetString()).Should().OnlyHaveUniqueItems()
            .And.Contain("get_p2p_status", "get_node_status", "get_a_b_p2p_status", "get_a__005Fb_p2p_status");
        operations.Should().HaveCount(5 * operations.Count(operation => operation.Path.StartsWith("/p2p", StringComparison.Ordinal)));
    }

    [Test]
    public async Task ManyControlPlanes_WithoutOpenApi_AllAnswerAndLinksByNameStillWork()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddKeyedSingleton<IP2pNode>("edge", new FakeNode()),
            Map = app =>
            {
                Many(app);
                app.MapGet("/own/{id}", (string id) => id).WithName("own");
            },
        });

        foreach (string prefix in (string[])["/p2p", "/node", "/edge", "/a/b/p2p", "/a_b/p2p"])
            (await app.GetAsync(prefix + "/status")).StatusCode.Should().Be(HttpStatusCode.OK);
        // Routing looks for names that are there twice when it first links by name.
        app.Services.GetRequiredService<LinkGenerator>().GetPathByName("own", new { id = 7 }).Should().Be("/own/7");
    }

    [Test]
    public async Task OpenApi_WhatTheHostHasSet_Stays()
    {
        await using ControlApp app = await ControlApp.StartAsync(new ControlAppSetup
        {
            Services = services => services.AddOpenApi(options => options.AddOperationTransformer((operation, context, _) =>
            {
                operation.OperationId = "mine " + context.Description.RelativePath;
                return Task.CompletedTask;
            })),
            Map = app =>
            {
                app.MapP2pControl();
                app.MapOpenApi();
            },
        });

        (await OperationsAsync(app)).Should().OnlyContain(operation => operation.Operation.GetProperty("operationId").GetString()!.StartsWith("mine "));
    }

    private static void Many(WebApplication app)
    {
        app.MapP2pControl();
        app.MapP2pControl("/node");
        app.MapP2pControl("/edge", node: "edge");
        app.MapGroup("/a").MapGroup("/b").MapP2pControl();
        app.MapGroup("/a_b").MapP2pControl();
    }

    private static void ShouldHaveExamples(JsonElement body, string of)
    {
        foreach (JsonProperty content in body.GetProperty("content").EnumerateObject())
        {
            content.Value.TryGetProperty("schema", out _).Should().BeTrue(of);
            if (content.Name != "text/html")
                content.Value.TryGetProperty("example", out _).Should().BeTrue(of);
        }
    }

    private static async Task<List<(string Method, string Path, JsonElement Operation)>> OperationsAsync(ControlApp app)
    {
        JsonElement paths = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");
        return [.. paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => (method.Name, path.Name.TrimEnd('/'), method.Value)))];
    }

    private static Task<ControlApp> StartAsync() => ControlApp.StartAsync(new ControlAppSetup
    {
        Services = services => services.AddOpenApi(),
        Map = app =>
        {
            app.MapP2pControl();
            app.MapOpenApi();
        },
    });
}
