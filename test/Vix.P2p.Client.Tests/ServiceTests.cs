using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Client.Tests;

/// <summary>AddP2pControlClient.</summary>
public sealed class ServiceTests
{
    private const string Ping = """{"ok":true,"pong":true,"module":"p2p_http"}""";

    [Test]
    public async Task AddP2pControlClient_Always_GivesOneClientForAll()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Ping);
        ServiceCollection services = new();
        services.AddP2pControlClient(options => options.BaseAddress = new Uri("http://a.example/p2p"))
            .ConfigurePrimaryHttpMessageHandler(() => handler);
        await using ServiceProvider provider = services.BuildServiceProvider();
        P2pControlClient client = provider.GetRequiredService<P2pControlClient>();

        await client.PingAsync();

        provider.GetRequiredService<P2pControlClient>().Should().BeSameAs(client);
        handler.Requests.Single().Uri.Should().Be("http://a.example/p2p/ping");
    }

    [Test]
    public async Task AddP2pControlClient_Named_GivesKeyedClientsOfTheirOwn()
    {
        using ScriptedHandler a = new ScriptedHandler().Answer(Ping);
        using ScriptedHandler b = new ScriptedHandler().Answer(Ping);
        ServiceCollection services = new();
        services.AddP2pControlClient("a", options => options.BaseAddress = new Uri("http://a.example/p2p")).ConfigurePrimaryHttpMessageHandler(() => a);
        services.AddP2pControlClient("b", options => options.BaseAddress = new Uri("http://b.example/p2p")).ConfigurePrimaryHttpMessageHandler(() => b);
        services.Configure<P2pControlClientOptions>("b", options => options.ApiKey = ControlHost.Key);
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<P2pControlClient>("a").PingAsync();
        await provider.GetRequiredKeyedService<P2pControlClient>("b").PingAsync();

        a.Requests.Single().Uri.Should().Be("http://a.example/p2p/ping");
        a.Requests.Single().Header("Authorization").Should().BeNull();
        b.Requests.Single().Uri.Should().Be("http://b.example/p2p/ping");
        b.Requests.Single().Header("Authorization").Should().Be("Bearer " + ControlHost.Key);
        provider.GetService<P2pControlClient>().Should().BeNull("only keyed ones were added");
    }

    [Test]
    public async Task AddP2pControlClient_CalledTwice_AddsNothingTwiceAndHearsBothDelegates()
    {
        Counter counter = new() { InnerHandler = new ScriptedHandler().Answer(Ping) };
        ServiceCollection services = new();
        services.AddP2pControlClient(options => options.BaseAddress = new Uri("http://a.example/p2p"));
        int before = services.Count(service => service.ServiceType == typeof(P2pControlClient));
        services.AddP2pControlClient(options => options.BaseAddress = new Uri("http://b.example/p2p"))
            .ConfigurePrimaryHttpMessageHandler(() => counter);
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<P2pControlClient>().PingAsync();

        services.Count(service => service.ServiceType == typeof(P2pControlClient)).Should().Be(before);
        counter.Hosts.Should().Equal("b.example");
    }

    [Test]
    public async Task AddP2pControlClient_Handlers_SeeEveryRequest()
    {
        Counter counter = new();
        using ScriptedHandler handler = new ScriptedHandler().Answer(Ping).Answer("""{"ok":true}""");
        ServiceCollection services = new();
        services.AddP2pControlClient(options => options.BaseAddress = new Uri("http://a.example/p2p"))
            .AddHttpMessageHandler(() => counter)
            .ConfigurePrimaryHttpMessageHandler(() => handler);
        await using ServiceProvider provider = services.BuildServiceProvider();
        P2pControlClient client = provider.GetRequiredService<P2pControlClient>();

        await client.PingAsync();
        await client.GetLivenessAsync();

        counter.Hosts.Should().HaveCount(2);
    }

    [Test]
    public async Task AddP2pControlClient_LoggingOfEverything_ShowsNoKey()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Ping).Answer("", HttpStatusCode.Unauthorized, type: null);
        RecordingLog log = new();
        ServiceCollection services = new();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddP2pControlClient(options =>
            {
                options.BaseAddress = new Uri("http://a.example/p2p");
                options.ApiKey = ControlHost.Key;
            })
            .ConfigurePrimaryHttpMessageHandler(() => handler);
        await using ServiceProvider provider = services.BuildServiceProvider();
        P2pControlClient client = provider.GetRequiredService<P2pControlClient>();

        await client.PingAsync();
        P2pControlException e = (await client.Awaiting(it => it.PingAsync()).Should().ThrowAsync<P2pControlException>()).Which;

        log.Lines.Should().Contain(line => line.Contains("http://a.example/p2p/ping", StringComparison.Ordinal))
            .And.NotContain(line => line.Contains(ControlHost.Key, StringComparison.Ordinal));
        e.ToString().Should().NotContain(ControlHost.Key);
        handler.Requests.Should().OnlyContain(request => request.Header("Authorization") == "Bearer " + ControlHost.Key);
    }

    [TestCase(null)]
    [TestCase("p2p")]
    [TestCase("/p2p")]
    [TestCase("ftp://a.example/p2p")]
    [TestCase("http://user:word@a.example/p2p")]
    [TestCase("http://a.example/p2p?x=1")]
    [TestCase("http://a.example/p2p#x")]
    public void Client_BadBaseAddress_IsNamed(string? address)
    {
        Expect(options => options.BaseAddress = address is null ? null : new Uri(address, UriKind.RelativeOrAbsolute), "P2pControlClientOptions.BaseAddress");
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a\r\nX: y")]
    [TestCase("schlüssel")]
    public void Client_BadKey_IsRefusedAndNotShown(string key)
    {
        string message = Expect(options => options.ApiKey = key, "P2pControlClientOptions.ApiKey");

        if (key.Length > 0)
            message.Should().NotContain(key);
    }

    [TestCase(0)]
    [TestCase(-2)]
    [TestCase(2_147_483_648_000)]
    public void Client_BadTimeout_IsNamed(long milliseconds)
    {
        Expect(options => options.Timeout = TimeSpan.FromMilliseconds(milliseconds), "P2pControlClientOptions.Timeout");
    }

    [Test]
    public void Client_OtherBadOptions_AreNamed()
    {
        Expect(options => options.MaxResponseBytes = 1023, "P2pControlClientOptions.MaxResponseBytes");
        Expect(options => options.UnixSocketPath = "", "P2pControlClientOptions.UnixSocketPath");
    }

    [Test]
    public async Task Client_InfiniteTimeout_IsOne()
    {
        using ScriptedHandler handler = new ScriptedHandler().Answer(Ping);

        (await handler.Client(configure: options => options.Timeout = Timeout.InfiniteTimeSpan).PingAsync()).Pong.Should().BeTrue();
    }

    private static string Expect(Action<P2pControlClientOptions> spoil, string setting)
    {
        P2pControlClientOptions options = new() { BaseAddress = new Uri("http://a.example/p2p") };
        spoil(options);
        ServiceCollection services = new();
        services.AddP2pControlClient("x", it => { it.BaseAddress = options.BaseAddress; spoil(it); });
        using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient http = new();

        Action made = () => P2pControlClient.Create(options);
        Action wrapped = () => _ = new P2pControlClient(http, options);
        Action resolved = () => provider.GetRequiredKeyedService<P2pControlClient>("x");
        string[] messages = [.. ((Action[])[made, wrapped, resolved]).Select(action => action.Should().Throw<OptionsValidationException>().Which.Message)];
        messages.Should().OnlyContain(message => message.Contains(setting, StringComparison.Ordinal));
        return messages[0];
    }

    private sealed class Counter : DelegatingHandler
    {
        public List<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
