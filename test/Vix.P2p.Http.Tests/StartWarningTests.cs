using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests;

public class StartWarningTests
{
    [Test]
    public async Task Start_OutsideDevelopmentAndOpenToThisMachine_Warns()
    {
        await using ControlApp app = await StartAsync(Environments.Production, app => app.MapP2pControl("/node"));

        app.Log.Own(LogLevel.Warning).Should().ContainSingle().Which.Should().Contain("/node").And.Contain("P2p:Control:ApiKey").And.Contain("P2p:Control:AllowLocal").And.Contain("proxy");
    }

    [Test]
    public async Task Start_AllowAnonymousAlone_Warns()
    {
        await using ControlApp app = await StartAsync(Environments.Staging, app => app.MapP2pControl().AllowAnonymous());

        app.Log.Own(LogLevel.Warning).Should().ContainSingle();
    }

    [Test]
    public async Task Start_InDevelopment_DoesNotWarn()
    {
        await using ControlApp app = await StartAsync(Environments.Development, app => app.MapP2pControl());

        app.Log.Own(LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Start_WithAKey_DoesNotWarn()
    {
        await using ControlApp app = await StartAsync(Environments.Production, app => app.MapP2pControl(), ("P2p:Control:ApiKey", ControlApp.Key));

        app.Log.Own(LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Start_WithTheLocalWayOff_DoesNotWarn()
    {
        await using ControlApp app = await StartAsync(Environments.Production, app => app.MapP2pControl(), ("P2p:Control:AllowLocal", "false"));

        app.Log.Own(LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Start_WithAnAuthorizedRoute_DoesNotWarn()
    {
        await using ControlApp app = await StartAsync(Environments.Production, app => app.MapP2pControl().Protected(p => p.RequireAuthorization()));

        app.Log.Own(LogLevel.Warning).Should().BeEmpty();
    }

    private static Task<ControlApp> StartAsync(string environment, Action<WebApplication> map, params (string, string?)[] settings) =>
        ControlApp.StartAsync(new ControlAppSetup
        {
            Environment = environment,
            Settings = settings,
            Map = map,
            Services = services => services.AddAuthorization(),
        });
}
