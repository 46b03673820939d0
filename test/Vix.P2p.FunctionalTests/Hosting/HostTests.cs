using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Interop;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Hosting;

/// <summary>The node in a real generic host, over real sockets.</summary>
[TestFixture]
public sealed class HostTests
{
    private LogSink _log = new();

    [SetUp]
    public void StartTheLog() => _log = new LogSink();

    [TearDown]
    public void JudgeTheLog()
    {
        _log.ShouldBeClean();
        _log.Dispose();
    }

    [Test]
    public async Task Start_ListensBeforeLaterServicesAndDialsAfterAll()
    {
        using var listener = ReferencePeer.Listen(new ReferencePeerOptions());
        IP2pNode node = null!;
        var seen = new List<(int Listeners, bool Reachable, long Attempts, int Peers)>();
        using var host = Build(
            new() { ["P2p:Peers:0"] = NodeHandshakeTests.Endpoint(listener).ToString() },
            new Stage
            {
                Start = async () =>
                {
                    var status = node.GetStatus();
                    seen.Add((status.Listen.Count, await ReachesAsync(status), status.ConnectAttempts, status.PeersTotal));
                },
            });
        node = host.Services.GetRequiredService<IP2pNode>();

        await host.StartAsync().Soon();
        using var peer = await listener.AcceptAsync(CancellationToken.None);
        await peer.ReadHelloAsync();

        seen.Should().Equal((1, true, 0, 0));
        await host.StopAsync().Soon();
    }

    [Test]
    public async Task Start_TwoKeyedNodes_TalkToEachOther()
    {
        using var host = Build(new()
        {
            ["P2p:Nodes:a:NodeId"] = "a",
            ["P2p:Nodes:a:ListenOnAnyPort"] = "true",
            ["P2p:Nodes:a:ListenAddress"] = "127.0.0.1",
            ["P2p:Nodes:b:NodeId"] = "b",
        });
        var a = host.Services.GetRequiredKeyedService<IP2pNode>("a");
        var b = host.Services.GetRequiredKeyedService<IP2pNode>("b");
        await host.StartAsync().Soon();

        var info = await b.ConnectAsync(PeerEndpoint.Parse(a.GetStatus().Listen[0])).Soon();

        info.NodeId.Should().Be("a");
        info.Id.Should().Be(a.GetStatus().Id);
        b.GetStatus().Listen.Should().BeEmpty();
        await host.StopAsync().Soon();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
        b.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_RejectsNewcomersFirstAndEndsConnectionsAfterLaterServices()
    {
        IP2pNode node = null!;
        ReferencePeer late = null!;
        ReferencePeerFrame? answer = null;
        var atStop = (State: default(NodeState), Connected: 0);
        var stage = new Stage
        {
            // Services stop one after the other in reverse order, and only when all have been told that it begins: so
            // the node has begun to stop, and still has its peers.
            Stop = async () =>
            {
                atStop = (node.GetStatus().State, node.GetStatus().PeersConnected);
                await late.SendFinishAsync();
                answer = await late.ReadFrameAsync();
                late.HalfClose();
            },
        };
        using var host = Build([], stage);
        node = host.Services.GetRequiredService<IP2pNode>();
        await host.StartAsync().Soon();
        await using var peer = await TestNode.StartAsync();
        await peer.ConnectAsync(PeerEndpoint.Parse(node.GetStatus().Listen[0]));
        late = await ReferencePeer.DialAsync(EndPoint(node.GetStatus()), new ReferencePeerOptions(), CancellationToken.None);
        using var closing = late;
        await late.SendHelloAsync();
        await late.ReadAckAsync();

        await host.StopAsync().Soon();

        answer.Should().BeEquivalentTo(new ReferencePeerFrame(ReferencePeerFrame.Reject, [5]));
        atStop.Should().Be((NodeState.Stopping, 1));
        node.GetStatus().State.Should().Be(NodeState.Stopped);
        await peer.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ShuttingDown);
    }

    [Test]
    public async Task Start_AnotherServiceFails_DisposingTheHostFreesThePort()
    {
        IP2pNode node = null!;
        IPEndPoint bound = null!;
        var host = Build([], new Stage
        {
            Start = () =>
            {
                bound = EndPoint(node.GetStatus());
                throw new InvalidOperationException("another service");
            },
        });
        node = host.Services.GetRequiredService<IP2pNode>();

        await host.Invoking(it => it.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("another service");
        await Task.Run(host.Dispose).Soon();

        node.GetStatus().State.Should().Be(NodeState.Stopped);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.Invoking(it => it.ConnectAsync(bound)).Should().ThrowAsync<SocketException>();
    }

    [Test]
    public async Task Start_PortInUse_FailsTheHostAndNamesTheSetting()
    {
        await using var other = await TestNode.StartAsync();
        using var host = Build(new() { ["P2p:ListenOnAnyPort"] = "false", ["P2p:ListenPort"] = $"{other.Address.Port}" });

        var error = (await host.Invoking(it => it.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which;

        error.Setting.Should().Be("P2p:ListenPort");
        error.Message.Should().Contain($"{other.Address.Port}").And.Contain("in use");
    }

    [Test]
    public async Task Start_SettingOutOfRange_FailsBeforeAnythingListens()
    {
        using var host = Build(new() { ["P2p:HandshakeTimeout"] = "5", ["P2p:Peers:0"] = "nowhere" });

        var error = (await host.Invoking(it => it.StartAsync()).Should().ThrowAsync<OptionsValidationException>()).Which;

        error.Message.Should().Contain("P2p:HandshakeTimeout").And.Contain("00:00:05").And.Contain("P2p:Peers:0");
    }

    [Test]
    public async Task Logging_OneCategory_TheThreeLinesAreInformation()
    {
        using var host = Build([]);
        await host.StartAsync().Soon();
        var node = host.Services.GetRequiredService<IP2pNode>();
        await using var hub = await TestNode.StartAsync();

        await node.ConnectAsync(hub.Address).Soon();
        await host.StopAsync().Soon();

        foreach (var line in new[] { "[p2p] connect() requested", "[p2p] handshake completed", "[p2p] connect() ready", "[p2p] node stopped" })
            _log.Entries.Should().ContainSingle(entry => entry.Level == LogLevel.Information && entry.Message.StartsWith(line, StringComparison.Ordinal));
    }

    private IHost Build(Dictionary<string, string?> settings, Stage? stage = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        var keyed = builder.Configuration.GetSection("P2p:Nodes").GetChildren().ToList();
        foreach (var section in keyed)
            builder.Services.AddP2pNode(section.Key);
        if (keyed.Count == 0)
        {
            builder.Configuration["P2p:ListenAddress"] ??= "127.0.0.1";
            builder.Configuration["P2p:ListenOnAnyPort"] ??= "true";
            builder.Services.AddP2pNode().OnLog(_log.AddLine);
        }

        if (stage is not null)
            builder.Services.AddSingleton<IHostedService>(stage);
        return builder.Build();
    }

    private static IPEndPoint EndPoint(NodeStatus status) => new(IPAddress.Loopback, PeerEndpoint.Parse(status.Listen[0]).Port);

    private static async Task<bool> ReachesAsync(NodeStatus status)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(EndPoint(status)).Soon();
        return socket.Connected;
    }
}
