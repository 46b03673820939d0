using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Client.Tests.Support;

/// <summary>The real control plane over a node that does what a test says, and a client of it.</summary>
internal sealed class ControlHost : IAsyncDisposable
{
    /// <summary>A key that is long enough.</summary>
    public const string Key = "k3y-0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;

    private ControlHost(WebApplication app, FakeNode node)
    {
        _app = app;
        Node = node;
        Http = app.GetTestClient();
        Client = Connect();
    }

    public FakeNode Node { get; }

    public HttpClient Http { get; }

    public P2pControlClient Client { get; }

    public static Uri Address { get; } = new("http://localhost/p2p");

    public static Task<ControlHost> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(new FakeNode(), settings);

    public static async Task<ControlHost> StartAsync(FakeNode node, params (string Name, string? Value)[] settings)
    {
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

    /// <summary>A client with options of its own.</summary>
    public P2pControlClient Connect(string? apiKey = null) =>
        new(Http, new P2pControlClientOptions { BaseAddress = Address, ApiKey = apiKey });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
