using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>An app with a control plane over a fake node, on the in-memory server unless a test says otherwise.</summary>
internal sealed class ControlApp : IAsyncDisposable
{
    /// <summary>A key that is long enough.</summary>
    public const string Key = "k3y-0123456789abcdef0123456789abcdef";

    /// <summary>Where a test says from which address its request comes.</summary>
    public const string RemoteHeader = "Test-Remote-Address";

    private readonly WebApplication _app;

    private ControlApp(WebApplication app, FakeNode node, LogSink log, HttpClient client)
    {
        _app = app;
        Node = node;
        Log = log;
        Client = client;
    }

    public FakeNode Node { get; }

    public LogSink Log { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public TestServer Server => _app.GetTestServer();

    public string Address => _app.Urls.Single();

    public static Task<ControlApp> StartAsync(params (string Name, string? Value)[] settings) =>
        StartAsync(new ControlAppSetup { Settings = settings });

    public static async Task<ControlApp> StartAsync(ControlAppSetup setup)
    {
        FakeNode node = new();
        LogSink log = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = setup.Environment, ApplicationName = "Vix.P2p.Http.Tests" });
        builder.Configuration.AddInMemoryCollection(setup.Settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IP2pNode>(node);
        if (setup.Server is null)
            builder.WebHost.UseTestServer();
        else
            setup.Server(builder);
        setup.Services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers.Remove(RemoteHeader, out var address))
                http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address.ToString());
            return next(http);
        });
        setup.Pipeline?.Invoke(app);
        if (setup.Map is null)
            app.MapP2pControl();
        else
            setup.Map(app);
        await app.StartAsync();
        HttpClient client = setup.Server is null
            ? new HttpClient(new WatchedHandler(app.GetTestServer().CreateHandler())) { BaseAddress = app.GetTestServer().BaseAddress }
            : new HttpClient();
        return new ControlApp(app, node, log, client);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), headers);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, path) { Content = content };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        return Client.SendAsync(request);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
