using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Hosting;

/// <summary>A node in a host: what it does in each of the host's steps.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Host_Steps_BindThenDialThenRejectThenStop()
    {
        IP2pTransportListener listener = await _net.ListenAsync("peer");
        var steps = new Steps();
        using IHost host = Build(services =>
        {
            services.AddP2pNode(options => Listen(options, "a", "memory://peer:1")).AddTransport(_net.Transport);
            services.AddSingleton<IHostedService>(steps);
        });
        IP2pNode node = host.Services.GetRequiredService<IP2pNode>();
        steps.Starting = () => node.GetStatus().State.Should().Be(NodeState.Created);
        steps.Start = () =>
        {
            node.GetStatus().State.Should().Be(NodeState.Running);
            node.GetStatus().Listen.Should().Equal("memory://a:1");
            node.GetStatus().ConnectAttempts.Should().Be(0, "dialling waits until everything has started");
        };
        steps.Started = () => node.GetStatus().ConnectAttempts.Should().Be(1);
        await host.StartAsync().Soon();
        RawPeer dialled = await _net.AcceptAsync(listener, _net.Identity("peer"));
        await dialled.AnswerAsync();
        await dialled.SendReadyAsync();
        await Waiting.UntilAsync(() => node.GetStatus().PeersConnected == 1);

        RawFrame? whileStopping = null;
        steps.Stopping = () => node.GetStatus().State.Should().Be(NodeState.Stopping);
        steps.StopAsyncStep = async () =>
        {
            RawPeer late = await _net.ConnectAsync("a", _net.Identity("late"));
            whileStopping = await late.End.ReadAsync();
            await late.DisposeAsync();
            node.GetStatus().PeersConnected.Should().Be(1, "peers are only left in the stop itself");
            node.Connect(TestNetwork.At("b")).Reason.Should().Be(P2pReason.NotRunning);
        };
        Task stop = host.StopAsync();
        (await dialled.End.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.ShuttingDown]));
        await dialled.End.HalfCloseAsync();
        await stop.Soon();

        steps.Failure.Should().BeNull();
        whileStopping.Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.ShuttingDown]));
        node.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Host_SeveralNodes_StartInTheirOrderAndReachEachOther()
    {
        using IHost host = Build(services =>
        {
            services.AddP2pNode("one", options => Listen(options, "one", "memory://two:1")).AddTransport(_net.Transport);
            services.AddP2pNode("two", options => Listen(options, "two")).AddTransport(_net.Transport);
        });

        await host.StartAsync().Soon();

        IP2pNode one = host.Services.GetRequiredKeyedService<IP2pNode>("one");
        await Waiting.UntilAsync(() => one.GetStatus().PeersConnected == 1);
        one.GetPeers().Peers[0].NodeId.Should().Be("two");
        string[] started = [.. _net.Log.Texts.Where(line => line.StartsWith("[p2p] node started", StringComparison.Ordinal))];
        started.Should().HaveCount(2);
        started[0].Should().EndWith("memory://one:1");
        await host.StopAsync().Soon();
    }

    [Test]
    public async Task Host_OptionIsWrong_FailsToStartAndSaysAll()
    {
        using IHost host = Build(services => services.AddP2pNode(options => (options.MaxPeers, options.NodeId) = (0, "")));

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(2);
    }

    [Test]
    public async Task Host_SecondNodeCannotBind_DisposingItFreesTheFirst()
    {
        IHost host = Build(services =>
        {
            services.AddP2pNode("one", options => Listen(options, "a")).AddTransport(_net.Transport);
            services.AddP2pNode("two", options => Listen(options, "a")).AddTransport(_net.Transport);
        });
        IP2pNode one = host.Services.GetRequiredKeyedService<IP2pNode>("one");
        IP2pNode two = host.Services.GetRequiredKeyedService<IP2pNode>("two");

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<P2pStartException>())
            .WithMessage("P2p:Nodes:two:ListenPort is 1 with P2p:Nodes:two:ListenAddress 'a'*in use*");
        await ((IAsyncDisposable)host).DisposeAsync().Soon();

        (one.GetStatus().State, two.GetStatus().State).Should().Be((NodeState.Stopped, NodeState.Stopped));
        _net.Clock.ArmedTimers.Should().Be(0);
        await _net.ListenAsync("a");
    }

    [Test]
    public async Task Host_DisposedWithoutAStop_StopsTheNode()
    {
        IHost host = Build(services => services.AddP2pNode(options => Listen(options, "a")).AddTransport(_net.Transport));
        await host.StartAsync().Soon();
        IP2pNode node = host.Services.GetRequiredService<IP2pNode>();

        await Task.Run(host.Dispose).Soon();

        node.GetStatus().State.Should().Be(NodeState.Stopped);
        await _net.ListenAsync("a");
    }

    [Test]
    public async Task OnLog_InAHost_HasTheLinesBesideTheHostsLogging()
    {
        List<string> lines = [];
        using IHost host = Build(services => services.AddP2pNode(options => Listen(options, "a")).AddTransport(_net.Transport).OnLog(line =>
        {
            lock (lines)
                lines.Add(line);
        }));

        await host.StartAsync().Soon();
        await host.StopAsync().Soon();

        lines.Should().Equal(_net.Log.Lines.Where(line => line.Category == "Vix.P2p" && line.Level >= LogLevel.Information).Select(line => line.Text));
        lines.Should().Contain(line => line.StartsWith("[p2p] node started: id=", StringComparison.Ordinal)).And.Contain("[p2p] node stopped");
    }

    private IHost Build(Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_net.Log);
        builder.Services.AddSingleton<TimeProvider>(_net.Clock);
        add(builder.Services);
        return builder.Build();
    }

    private static void Listen(P2pNodeOptions options, string name, params string[] peers)
    {
        (options.NodeId, options.ListenScheme, options.ListenAddress, options.ListenPort) = (name, "memory", name, TestNetwork.Port);
        options.Peers = [.. peers];
    }

    /// <summary>Runs the test's checks in the host's steps, after the node's own (a stop goes backwards).</summary>
    private sealed class Steps : IHostedLifecycleService
    {
        public Action Starting { get; set; } = () => { };

        public Action Start { get; set; } = () => { };

        public Action Started { get; set; } = () => { };

        public Action Stopping { get; set; } = () => { };

        public Func<Task> StopAsyncStep { get; set; } = () => Task.CompletedTask;

        public Exception? Failure { get; private set; }

        public Task StartingAsync(CancellationToken cancellationToken) => Do(Starting);

        public Task StartAsync(CancellationToken cancellationToken) => Do(Start);

        public Task StartedAsync(CancellationToken cancellationToken) => Do(Started);

        // The host asks the services for this one in the opposite order, this one first.
        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await Do(Stopping);
            try
            {
                await StopAsyncStep();
            }
            catch (Exception e)
            {
                Failure ??= e;
            }
        }

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private Task Do(Action step)
        {
            try
            {
                step();
            }
            catch (Exception e)
            {
                Failure ??= e;
            }

            return Task.CompletedTask;
        }
    }
}
