using Microsoft.AspNetCore.Builder;
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

        JsonElement paths = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");

        paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name.TrimEnd('/')}"))
            .Should().BeEquivalentTo("get /p2p", "get /p2p/ping", "get /p2p/status", "get /p2p/peers", "get /p2p/peers/{id}", "post /p2p/connect", "post /p2p/disconnect", "get /p2p/events", "get /p2p/logs");
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
