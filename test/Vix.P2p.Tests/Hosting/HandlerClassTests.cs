using System.Collections.Concurrent;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Hosting;

/// <summary>Handlers that a container makes, one for each exchange.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandlerClassTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Message_HandlerClass_HasAScopeOfItsOwnThatEndsWithIt()
    {
        var seen = new Seen();
        using IHost host = Build(services =>
        {
            services.AddSingleton(seen);
            services.AddScoped<Unit>();
            services.AddP2pNode(options => Listen(options, "a")).AddTransport(_net.Transport).AddProtocol<Handler>("chat/1");
        });
        await host.StartAsync().Soon();
        P2pNode b = await _net.StartAsync("b");
        PeerInfo a = await b.ConnectAsync(TestNetwork.At("a")).Soon();

        foreach (string text in (string[])["one", "two"])
            await b.SendAsync(a.Id!.Value, "chat/1", Encoding.UTF8.GetBytes(text));

        await Waiting.UntilAsync(() => seen.Disposed == 2);
        seen.Messages.Should().Equal("one on chat/1 from b", "two on chat/1 from b");
        seen.Units.Should().HaveCount(2).And.OnlyHaveUniqueItems("each message has a scope of its own");
        seen.Nodes.Should().OnlyContain(node => node == host.Services.GetRequiredService<IP2pNode>());
        await host.StopAsync().Soon();
    }

    [Test]
    public async Task Message_HandlerThatCannotBeMade_IsAFailureOfTheHandler()
    {
        using IHost host = Build(services => services.AddP2pNode(options => Listen(options, "a")).AddTransport(_net.Transport).AddProtocol<Handler>("chat/1"));
        await host.StartAsync().Soon();
        P2pNode b = await _net.StartAsync("b");
        PeerInfo a = await b.ConnectAsync(TestNetwork.At("a")).Soon();

        await b.SendAsync(a.Id!.Value, "chat/1", default);

        await Waiting.UntilAsync(() => _net.Log.Lines.Any(line => line.Id == 1500));
        _net.Log.Lines.Single(line => line.Id == 1500).Exception!.Message.Should().Contain(nameof(Seen));
        b.GetStatus().PeersConnected.Should().Be(1);
        await host.StopAsync().Soon();
    }

    [Test]
    public async Task Keyed_Nodes_SpeakTheProtocolsOfTheirOwnBuilders()
    {
        using IHost host = Build(services =>
        {
            services.AddP2pNode("one", options => Listen(options, "one")).AddTransport(_net.Transport).AddProtocol("chat/1", Take).AddProtocol("both/1", Take);
            services.AddP2pNode("two", options => Listen(options, "two")).AddTransport(_net.Transport).AddProtocol("both/1", Take);
            services.AddP2pNode("one").AddProtocol("late/1", Take);
        });
        await host.StartAsync().Soon();
        P2pNode b = await _net.StartAsync("b");

        (await b.ConnectAsync(TestNetwork.At("one")).Soon()).Protocols.Should().Equal("chat/1", "both/1", "late/1");
        (await b.ConnectAsync(TestNetwork.At("two")).Soon()).Protocols.Should().Equal("both/1");
        await host.StopAsync().Soon();
    }

    private static void Take(P2pProtocolBuilder protocol) => protocol.OnMessage(_ => ValueTask.CompletedTask);

    private IHost Build(Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_net.Log);
        builder.Services.AddSingleton<TimeProvider>(_net.Clock);
        add(builder.Services);
        return builder.Build();
    }

    private static void Listen(P2pNodeOptions options, string name) =>
        (options.NodeId, options.ListenScheme, options.ListenAddress, options.ListenPort) = (name, "memory", name, TestNetwork.Port);

    private sealed class Seen
    {
        private int _disposed;

        public ConcurrentQueue<string> Messages { get; } = new();

        public ConcurrentQueue<Unit> Units { get; } = new();

        public ConcurrentQueue<IP2pNode> Nodes { get; } = new();

        public int Disposed => Volatile.Read(ref _disposed);

        public void CountDisposed() => Interlocked.Increment(ref _disposed);
    }

    private sealed class Unit(Seen seen) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            seen.CountDisposed();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Handler(Seen seen, Unit unit) : IP2pMessageHandler
    {
        public async ValueTask HandleAsync(P2pMessageContext context)
        {
            // The scope outlives the handler's awaits.
            await Task.Yield();
            context.Services.GetRequiredService<Unit>().Should().BeSameAs(unit);
            seen.Units.Enqueue(unit);
            seen.Nodes.Enqueue(context.Node);
            seen.Messages.Enqueue($"{Encoding.UTF8.GetString(context.Payload.Span)} on {context.Protocol} from {context.Peer.NodeId}");
        }
    }
}
