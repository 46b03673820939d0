using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Client.Tests;

/// <summary>A server that sends its callers elsewhere learns nothing, and neither does elsewhere.</summary>
public sealed class RedirectTests
{
    [TestCase(301)]
    [TestCase(302)]
    [TestCase(303)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task Call_ThatIsRedirected_FollowsNowhere(int status)
    {
        List<string?> elsewhere = [];
        await using WebApplication other = await ServeAsync(http =>
        {
            elsewhere.Add(http.Request.Headers.Authorization);
            return Task.CompletedTask;
        });
        await using WebApplication server = await ServeAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = other.Urls.Single() + "/login";
            return Task.CompletedTask;
        });
        ServiceCollection services = new();
        services.AddP2pControlClient(Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        P2pControlClientOptions options = new();
        Configure(options);
        using P2pControlClient own = P2pControlClient.Create(options);

        foreach (P2pControlClient client in (P2pControlClient[])[own, provider.GetRequiredService<P2pControlClient>()])
        {
            foreach (Func<Task> call in (Func<Task>[])[() => client.GetStatusAsync(), () => client.ConnectAsync(new P2pConnectRequest { Host = "a", Port = 1 }), () => client.WatchAsync().GetAsyncEnumerator().MoveNextAsync().AsTask()])
                (await call.Should().ThrowAsync<P2pControlException>()).Which.Code.Should().Be(P2pControlErrorCode.Redirected);
        }

        elsewhere.Should().BeEmpty();

        void Configure(P2pControlClientOptions it)
        {
            it.BaseAddress = new Uri(server.Urls.Single() + "/p2p");
            it.ApiKey = ControlHost.Key;
        }
    }

    [Test]
    public async Task Call_ThroughAClientThatFollows_TakesNoKeyAlong()
    {
        List<string?> elsewhere = [];
        await using WebApplication other = await ServeAsync(http =>
        {
            elsewhere.Add(http.Request.Headers.Authorization);
            return http.Response.WriteAsync("<html>Log in</html>");
        });
        await using WebApplication server = await ServeAsync(http =>
        {
            http.Response.Redirect(other.Urls.Single() + "/login");
            return Task.CompletedTask;
        });
        using HttpClient http = new();
        P2pControlClient client = new(http, new P2pControlClientOptions { BaseAddress = new Uri(server.Urls.Single() + "/p2p"), ApiKey = ControlHost.Key });

        P2pControlException e = (await client.Awaiting(it => it.GetStatusAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        e.Code.Should().Be(P2pControlErrorCode.InvalidResponse);
        elsewhere.Should().ContainSingle().Which.Should().BeNullOrEmpty();
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
