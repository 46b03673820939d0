using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>What the program's own gatekeepers are asked, and what their answers do (docs/security.md, "Who may join").</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GatekeeperTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TestNetwork _net = new();

    // Ends the answers that a test left open.
    private readonly TaskCompletionSource<bool> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        _never.TrySetResult(true);
        await _net.DisposeAsync();
    }

    [Test]
    public async Task Gatekeeper_AllowsBoth_IsToldWhoComesAndFromWhere()
    {
        var keeper = new ScriptedGatekeeper();
        P2pNode a = await StartAsync(keeper);

        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("friend"), RawPeer.Introduce("ada", protocols: "chat/1"));

        (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
        keeper.Addresses.Should().ContainSingle().Which.Should().BeOfType<DnsEndPoint>();
        P2pNewcomer newcomer = keeper.Newcomers.Should().ContainSingle().Subject;
        newcomer.Id.Should().Be(_net.Identity("friend").Identity.Id);
        newcomer.RemoteEndPoint.Should().Be(keeper.Addresses[0]);
        newcomer.NodeId.Should().Be("ada");
        newcomer.Protocols.Should().Equal("chat/1");
        a.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Address_Refused_IsClosedWithoutAWordBeforeItsHelloIsRead()
    {
        var keeper = new ScriptedGatekeeper { OnAddress = static (_, _) => new(false) };
        P2pNode a = await StartAsync(keeper);

        RawPeer peer = await _net.DialAsync("a", _net.Identity("stranger"));

        (await peer.ReadHandshakeAsync()).Should().BeNull();
        await TestNetwork.QuietAsync(a);
        keeper.Newcomers.Should().BeEmpty();
        a.GetPeers().Peers.Should().BeEmpty();
        a.GetStatus().HandshakesFailed.Should().Be(1);
        _net.Log.Texts.Should().Contain(line => line.Contains("refused_by_gatekeeper", StringComparison.Ordinal));
    }

    [Test]
    public async Task Peer_Refused_IsToldThatItIsNotAllowedAndNothingElse()
    {
        P2pNode a = await StartAsync(new ScriptedGatekeeper { OnPeer = (newcomer, _) => new(newcomer.Id == _net.Identity("friend").Identity.Id) });

        (await FirstFrameAsync("stranger")).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));
        (await FirstFrameAsync("friend")).Kind.Should().Be(FrameKind.Ready);

        await TestNetwork.QuietAsync(a);
        a.GetPeers().Peers.Should().ContainSingle().Which.Id.Should().Be(_net.Identity("friend").Identity.Id);
        a.GetStatus().Should().Match<NodeStatus>(status => status.HandshakesStarted == 2 && status.HandshakesCompleted == 1 && status.HandshakesFailed == 1);
        _net.Log.Texts.Should().Contain(line => line.Contains("was rejected: refused_by_gatekeeper", StringComparison.Ordinal));
    }

    [Test]
    public async Task Peer_WhoIsRefusedAnyway_IsNotAskedAbout()
    {
        var keeper = new ScriptedGatekeeper();
        P2pNode a = await StartAsync(keeper, options => options.AllowedPeers = [.. new[] { "friend", "banned" }.Select(name => _net.Identity(name).Identity.Id.ToString())]);
        a.Ban(_net.Identity("banned").Identity.Id, TimeSpan.FromHours(1));

        (await FirstFrameAsync("stranger")).Kind.Should().Be(FrameKind.Reject);
        (await FirstFrameAsync("banned")).Kind.Should().Be(FrameKind.Reject);
        (await FirstFrameAsync("friend")).Kind.Should().Be(FrameKind.Ready);

        keeper.Newcomers.Should().ContainSingle().Which.Id.Should().Be(_net.Identity("friend").Identity.Id);
    }

    [Test]
    public async Task Peer_BannedWhileTheGatekeeperThinks_IsRejected()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await StartAsync(new ScriptedGatekeeper
        {
            OnPeer = (_, _) =>
            {
                asked.SetResult();
                return new(_never.Task);
            },
        });
        Task<RawFrame> first = FirstFrameAsync("peer");
        await asked.Task.Soon();

        a.Ban(_net.Identity("peer").Identity.Id, TimeSpan.FromHours(1));
        _never.SetResult(true);

        (await first.Soon()).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));
        a.GetStatus().PeersConnected.Should().Be(0);
    }

    [Test]
    public async Task Dial_OfThisNode_IsNotAskedAbout()
    {
        var keeper = new ScriptedGatekeeper { OnAddress = static (_, _) => new(false), OnPeer = static (_, _) => new(false) };
        P2pNode a = await StartAsync(keeper);
        await _net.StartAsync("b");

        (await a.ConnectAsync(TestNetwork.At("b")).Soon()).NodeId.Should().Be("b");

        keeper.Addresses.Should().BeEmpty();
        keeper.Newcomers.Should().BeEmpty();
    }

    [Test]
    public async Task Gatekeepers_Several_AllHaveToAgreeAndTheFirstNoDecides()
    {
        var first = new ScriptedGatekeeper { OnPeer = (newcomer, _) => new(newcomer.Id != _net.Identity("x").Identity.Id) };
        var second = new ScriptedGatekeeper { OnPeer = (newcomer, _) => new(newcomer.Id != _net.Identity("y").Identity.Id) };
        await _net.StartAsync("a", build: builder => builder.AddGatekeeper(first).AddGatekeeper(second));

        (await FirstFrameAsync("x")).Kind.Should().Be(FrameKind.Reject);
        (await FirstFrameAsync("y")).Kind.Should().Be(FrameKind.Reject);
        (await FirstFrameAsync("z")).Kind.Should().Be(FrameKind.Ready);

        first.Newcomers.Should().HaveCount(3);
        second.Newcomers.Select(newcomer => newcomer.Id).Should().Equal(_net.Identity("y").Identity.Id, _net.Identity("z").Identity.Id);
    }

    [Test]
    public async Task Gatekeeper_Throws_RefusesAndSaysSoInAFewLines()
    {
        P2pNode a = await StartAsync(new ScriptedGatekeeper
        {
            OnAddress = static (_, _) => throw new InvalidOperationException("at once"),
            OnPeer = static (_, _) => new(true),
        });

        for (int i = 0; i < 30; i++)
            (await (await _net.DialAsync("a", _net.Identity("stranger"))).ReadHandshakeAsync()).Should().BeNull();

        await TestNetwork.QuietAsync(a);
        a.GetStatus().HandshakesFailed.Should().Be(30);
        _net.Log.Lines.Where(line => line.Id == 1300).Should().HaveCount(20).And.OnlyContain(line => line.Level == LogLevel.Error && line.Exception is InvalidOperationException);
        _net.Log.Lines.Where(line => line.Id == 1301).Should().HaveCount(10).And.OnlyContain(line => line.Level == LogLevel.Debug);
    }

    [Test]
    public async Task Gatekeeper_ThrowsAboutAPeer_RefusesIt()
    {
        await StartAsync(new ScriptedGatekeeper { OnPeer = static async (_, _) => await Task.FromException<bool>(new InvalidOperationException("later")) });

        (await FirstFrameAsync("stranger")).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));
        _net.Log.Lines.Should().ContainSingle(line => line.Id == 1300);
    }

    [Test]
    public async Task Gatekeeper_NeverAnswers_RefusesAfterItsTimeAndSaysWhichSettingToRaise()
    {
        CancellationToken given = default;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await StartAsync(new ScriptedGatekeeper
        {
            OnPeer = (_, token) =>
            {
                given = token;
                asked.SetResult();
                return new(_never.Task);
            },
        });
        Task<RawFrame> first = FirstFrameAsync("stranger");
        await asked.Task.Soon();
        await Waiting.UntilAsync(() => _net.Clock.Dues.Contains(Patience));

        _net.Clock.Advance(Patience - TimeSpan.FromTicks(1));
        given.IsCancellationRequested.Should().BeFalse();
        first.IsCompleted.Should().BeFalse();
        _net.Clock.Advance(TimeSpan.FromTicks(1));

        (await first.Soon()).Should().BeEquivalentTo(new RawFrame(FrameKind.Reject, [(byte)RejectCode.NotAllowed]));
        await Waiting.UntilAsync(() => given.IsCancellationRequested);
        a.GetStatus().LimitRejections["gatekeeper_timeout"].Should().Be(1);
        _net.Log.Texts.Should().ContainSingle(line => line.Contains("P2p:Limits:GatekeeperTimeout", StringComparison.Ordinal));
    }

    [Test]
    public async Task Gatekeeper_NeverAnswers_HasNoMoreThanTheHandshakesTime()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await StartAsync(
            new ScriptedGatekeeper
            {
                OnAddress = (_, _) =>
                {
                    asked.SetResult();
                    return new(_never.Task);
                },
            },
            options => options.HandshakeTimeout = TimeSpan.FromSeconds(1));
        RawPeer peer = await _net.DialAsync("a", _net.Identity("stranger"));
        await asked.Task.Soon();

        _net.Clock.Advance(TimeSpan.FromSeconds(1));

        (await peer.ReadHandshakeAsync()).Should().BeNull();
        await TestNetwork.QuietAsync(a);
        a.GetStatus().LimitRejections["handshake_timeout"].Should().Be(1);
        a.GetStatus().LimitRejections["gatekeeper_timeout"].Should().Be(0);
    }

    [Test]
    public async Task Gatekeeper_HangsForGood_IsAskedNoMoreThanItCanAnswer()
    {
        var keeper = new ScriptedGatekeeper { OnAddress = (_, _) => new(_never.Task) };
        P2pNode a = await StartAsync(keeper, options => options.Limits.PendingHandshakes = 2);
        for (int i = 1; i <= 2; i++)
        {
            RawPeer peer = await _net.DialAsync("a", _net.Identity("stranger"));
            await Waiting.UntilAsync(() => keeper.Addresses.Count == i && _net.Clock.Dues.Contains(Patience));
            _net.Clock.Advance(Patience);
            (await peer.ReadHandshakeAsync()).Should().BeNull();
        }

        RawPeer third = await _net.DialAsync("a", _net.Identity("stranger"));
        (await third.ReadHandshakeAsync()).Should().BeNull("the two questions before are still open");
        keeper.Addresses.Should().HaveCount(2);
        a.GetStatus().LimitRejections["gatekeeper_timeout"].Should().Be(3);

        _never.SetResult(true);
        // The answers have come, and are soon counted as come.
        bool isAsked = false;
        for (int i = 0; i < 1000 && !isAsked; i++)
        {
            RawPeer friend = await _net.DialAsync("a", _net.Identity("friend"));
            await friend.SendHelloAsync();
            isAsked = await friend.ReadAckAsync();
        }

        isAsked.Should().BeTrue();
    }

    [Test]
    public async Task Gatekeeper_BlocksItsThread_HoldsUpNobodyElse()
    {
        using var open = new ManualResetEventSlim();
        TestNode slow = _net.Identity("slow");
        P2pNode a = await StartAsync(new ScriptedGatekeeper
        {
            OnPeer = (newcomer, _) =>
            {
                if (newcomer.Id == slow.Identity.Id)
                    open.Wait(Waiting.Guard, CancellationToken.None);
                return new(true);
            },
        });
        RawPeer blocked = await _net.ConnectAsync("a", slow);

        (await FirstFrameAsync("quick")).Kind.Should().Be(FrameKind.Ready);

        a.GetStatus().PeersConnected.Should().Be(1);
        open.Set();
        (await blocked.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);
    }

    [Test]
    public async Task Stop_WhileTheGatekeeperThinks_DoesNotWaitForIt()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        P2pNode a = await StartAsync(new ScriptedGatekeeper
        {
            OnAddress = (_, _) =>
            {
                asked.SetResult();
                return new(_never.Task);
            },
        });
        RawPeer peer = await _net.DialAsync("a", _net.Identity("stranger"));
        await asked.Task.Soon();

        await a.StopAsync().Soon();

        (await peer.ReadHandshakeAsync()).Should().BeNull();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public void GatekeeperClass_WithoutAContainer_IsRefusedWhenTheNodeIsMade() =>
        FluentActions.Invoking(() => P2pNode.Create(new P2pNodeOptions(), builder => builder.AddGatekeeper<AskingGatekeeper>()))
            .Should().Throw<InvalidOperationException>().WithMessage("*AskingGatekeeper*AddP2pNode*");

    [Test]
    public async Task GatekeeperClass_OfTheContainer_MayAskForTheNodeItself()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_net.Clock);
        services.AddP2pNode(options => (options.NodeId, options.ListenScheme, options.ListenAddress, options.ListenPort) = ("a", "memory", "a", TestNetwork.Port))
            .AddTransport(_net.Transport)
            .AddGatekeeper<AskingGatekeeper>();
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        IP2pNode a = provider.GetRequiredService<IP2pNode>();
        await a.StartAsync().Soon();

        RawPeer first = await _net.ConnectAsync("a", _net.Identity("1"));
        (await first.End.ReadAsync())!.Kind.Should().Be(FrameKind.Ready);

        RawPeer second = await _net.ConnectAsync("a", _net.Identity("2"));
        (await second.End.ReadAsync())!.Kind.Should().Be(FrameKind.Reject, "this one lets in one peer, and asks the node how many there are");
        // They go first, so that the node does not linger for them on a clock that stands still.
        await first.DisposeAsync();
        await second.DisposeAsync();
        await a.StopAsync().Soon();
    }

    private Task<P2pNode> StartAsync(IP2pGatekeeper keeper, Action<P2pNodeOptions>? configure = null) =>
        _net.StartAsync("a", configure, build: builder => builder.AddGatekeeper(keeper));

    private async Task<RawFrame> FirstFrameAsync(string name)
    {
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity(name));
        return (await peer.End.ReadAsync())!;
    }

    private sealed class AskingGatekeeper(IP2pNode node) : IP2pGatekeeper
    {
        public ValueTask<bool> AllowPeerAsync(P2pNewcomer newcomer, CancellationToken cancellationToken) =>
            new(node.GetStatus().PeersConnected == 0);
    }
}
