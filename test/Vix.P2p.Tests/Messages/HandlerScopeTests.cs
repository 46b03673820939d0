using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Services of handlers that fail when they are disposed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandlerScopeTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();
    private int _handled;

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Scope_ThatThrowsWhenDisposed_IsAFailureAndTheNextIsHandled()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_net.Log);
        builder.Services.AddSingleton<TimeProvider>(_net.Clock);
        builder.Services.AddScoped<Broken>();
        builder.Services
            .AddP2pNode(options => (options.NodeId, options.ListenScheme, options.ListenAddress, options.ListenPort) = ("a", "memory", "a", TestNetwork.Port))
            .AddTransport(_net.Transport)
            .AddProtocol("kv/1", protocol => protocol
                .OnRequest(context => context.ReplyAsync(new[] { (byte)context.Services.GetRequiredService<Broken>().Number }))
                .OnMessage(context =>
                {
                    _handled += context.Services.GetRequiredService<Broken>().Number;
                    return default;
                }));
        using IHost host = builder.Build();
        await host.StartAsync().Soon();
        P2pNode b = await _net.StartAsync("b");
        PeerId a = (await b.ConnectAsync(TestNetwork.At("a")).Soon()).Id!.Value;

        for (int i = 0; i < 3; i++)
        {
            await b.SendAsync(a, "kv/1", default).Soon();
            (await b.RequestAsync(a, "kv/1", default).Soon()).ToArray().Should().Equal(1);
        }

        IP2pNode node = host.Services.GetRequiredService<IP2pNode>();
        await Waiting.UntilAsync(() => node.GetStatus().HandlerFailures == 6);
        _handled.Should().Be(3);
        await host.StopAsync().Soon();
    }

    private sealed class Broken : IDisposable
    {
        public int Number => 1;

        public void Dispose() => throw new InvalidDataException("It does not go away.");
    }
}
