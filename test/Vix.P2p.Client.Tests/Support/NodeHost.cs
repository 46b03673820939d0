using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Client.Tests.Support;

/// <summary>A real node with its control plane in Kestrel, on a Unix socket, so that it can be stopped and come back.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentBag<HttpContext> _requests;

    private NodeHost(WebApplication app, ConcurrentBag<HttpContext> requests)
    {
        _app = app;
        _requests = requests;
    }

    public IP2pNode Node => _app.Services.GetRequiredService<IP2pNode>();

    public static async Task<NodeHost> StartAsync(string socket, params (string Name, string? Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.Services.AddRoutingCore();
        builder.Services.AddP2pNode(options =>
        {
            options.ListenAddress = "127.0.0.1";
            options.ListenOnAnyPort = true;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(socket));
        WebApplication app = builder.Build();
        ConcurrentBag<HttpContext> requests = [];
        app.Use((http, next) =>
        {
            requests.Add(http);
            return next(http);
        });
        app.MapP2pControl();
        await app.StartAsync();
        return new NodeHost(app, requests);
    }

    public static P2pControlClientOptions Options(string socket) => new() { BaseAddress = new Uri("http://localhost/p2p"), UnixSocketPath = socket };

    /// <summary>Breaks off every request that runs, in the middle of whatever it sends.</summary>
    public void Break()
    {
        foreach (HttpContext http in _requests)
            http.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
