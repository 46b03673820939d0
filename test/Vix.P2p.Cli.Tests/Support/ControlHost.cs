using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Cli.Tests.Support;

/// <summary>The real control plane over a node that does what a test says, and runs of the program that ask it.</summary>
internal sealed class ControlHost : IAsyncDisposable
{
    /// <summary>A key that is long enough.</summary>
    public const string Key = "k3y-0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;

    private ControlHost(WebApplication app, FakeNode node)
    {
        _app = app;
        Node = node;
    }

    public FakeNode Node { get; }

    public static async Task<ControlHost> StartAsync(params (string Name, string? Value)[] settings)
    {
        FakeNode node = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IP2pNode>(node);
        builder.WebHost.UseTestServer();
        WebApplication app = builder.Build();
        app.MapP2pControl();
        await app.StartAsync();
        return new ControlHost(app, node);
    }

    /// <summary>A run that asks this control plane.</summary>
    public CliRun NewRun() => new CliRun().With(handler: _ => NewHandler());

    /// <summary>A client of it without this program.</summary>
    public HttpClient NewClient() => _app.GetTestClient();

    /// <summary>What leads to it.</summary>
    public HttpMessageHandler NewHandler() => _app.GetTestServer().CreateHandler();

    public Task<CliResult> RunAsync(params string[] arguments) => CliRun.RunAsync(NewRun(), arguments);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
