using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Hosting;

/// <summary>A stop in each state of the protocol ends within five seconds (docs/security.md, row 21).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StopTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task Stop_Created_IsStoppedAndCannotBeStarted()
    {
        P2pNode a = _net.Make("a");

        await a.StopAsync().Soon();

        a.GetStatus().State.Should().Be(NodeState.Stopped);
        await FluentActions.Awaiting(() => a.StartAsync()).Should().ThrowAsync<InvalidOperationException>();
        a.Connect(TestNetwork.At("b")).Reason.Should().Be(P2pReason.NotRunning);
        _net.Log.Texts.Should().BeEmpty();
    }

    [Test]
    public async Task Dispose_NeverStarted_EndsTheWatching()
    {
        P2pNode a = _net.Make("a");
        EventLog log = _net.Watch(a);

        await a.DisposeAsync().Soon();

        await log.Ended.Soon();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Start_Twice_Throws()
    {
        P2pNode a = await _net.StartAsync("a");

        await FluentActions.Awaiting(() => a.StartAsync()).Should().ThrowAsync<InvalidOperationException>();

        a.GetStatus().State.Should().Be(NodeState.Running);
    }

    [Test]
    public async Task Stop_Twice_TheSecondAwaitsTheFirst()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();
        Task first = a.StopAsync();
        Task second = a.StopAsync();
        Task third = a.DisposeAsync().AsTask();
        (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Close);

        (first.IsCompleted || second.IsCompleted || third.IsCompleted).Should().BeFalse("the peer has not closed yet");
        await peer.End.HalfCloseAsync();

        await Task.WhenAll(first, second, third).Soon();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_WhileTheListenerIsBeingBound_EndsTheStartAndLeavesNothing()
    {
        var transport = new SlowListenTransport(_net.Transport);
        P2pNode a = _net.Make("a", transport: transport);
        Task start = a.StartAsync();
        await transport.Listening.Soon();
        a.GetStatus().State.Should().Be(NodeState.Starting);

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().State == NodeState.Stopping);
        stop.IsCompleted.Should().BeFalse("the start is still under way");
        transport.Release();

        await stop.Soon();
        await FluentActions.Awaiting(() => start.Soon()).Should().ThrowAsync<OperationCanceledException>();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
        a.Connect(TestNetwork.At("b")).Reason.Should().Be(P2pReason.NotRunning);
        _net.Clock.ArmedTimers.Should().Be(0);
        await _net.ListenAsync("a"); // the address is free again
    }

    [Test]
    public async Task Start_Fails_LeavesNothingRunning()
    {
        await _net.ListenAsync("a");
        P2pNode a = _net.Make("a");

        (await FluentActions.Awaiting(() => a.StartAsync()).Should().ThrowAsync<P2pStartException>()).Which.Setting.Should().Be("P2p:ListenPort");

        a.GetStatus().State.Should().Be(NodeState.Stopped);
        a.GetStatus().StartedAt.Should().BeNull();
        _net.Clock.ArmedTimers.Should().Be(0);
        await FluentActions.Awaiting(() => a.StartAsync()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Test]
    public async Task Start_GivenUpByItsCaller_IsStopped()
    {
        var transport = new SlowListenTransport(_net.Transport);
        P2pNode a = _net.Make("a", transport: transport);
        using var giveUp = new CancellationTokenSource();
        Task start = a.StartAsync(giveUp.Token);
        await transport.Listening.Soon();

        await giveUp.CancelAsync();
        transport.Release();

        await FluentActions.Awaiting(() => start.Soon()).Should().ThrowAsync<OperationCanceledException>();
        a.GetStatus().State.Should().Be(NodeState.Stopped);
        await _net.ListenAsync("a");
    }

    [Test]
    public async Task Stop_Idle_EndsWithoutTheClockAndFreesTheAddress()
    {
        P2pNode a = await _net.StartAsync("a");
        EventLog log = _net.Watch(a);

        await a.StopAsync().Soon();

        await log.Ended.Soon();
        _net.Clock.ArmedTimers.Should().Be(0);
        await _net.ListenAsync("a");
    }

    [Test]
    public async Task Stop_DiallingATransportThatNeverAnswers_EndsAtOnce()
    {
        var transport = new SilentDialTransport(_net.Transport);
        P2pNode a = await _net.StartAsync("a", transport: transport);
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"));
        await transport.Dialling.Soon();

        await a.StopAsync().Soon();

        await ShouldFailAsync(connecting, P2pReason.ShuttingDown);
        _net.Clock.ArmedTimers.Should().Be(0);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Stop_InTheMiddleOfAnOutboundHandshake_EndsAtOnce(int steps)
    {
        P2pNode a = await _net.StartAsync("a");
        IP2pTransportListener listener = await _net.ListenAsync("b");
        Task<PeerInfo> connecting = a.ConnectAsync(TestNetwork.At("b"));
        RawPeer peer = await _net.AcceptAsync(listener, _net.Identity("b"));
        await peer.ReadHelloAsync();
        if (steps > 0)
            await peer.SendAckAsync();
        if (steps > 1)
            await peer.ReadFinishAsync();

        await a.StopAsync().Soon();

        await ShouldFailAsync(connecting, P2pReason.ShuttingDown);
        _net.Clock.ArmedTimers.Should().Be(0);
        Quiet(a);
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Stop_InTheMiddleOfAnInboundHandshake_EndsAtOnce(int steps)
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.DialAsync("a", _net.Identity("b"));
        if (steps > 0)
        {
            await peer.SendHelloAsync();
            await peer.ReadAckAsync();
        }

        await Waiting.UntilAsync(() => a.GetStatus().HandshakesStarted == 1);
        await a.StopAsync().Soon();

        (await peer.ReadHandshakeAsync()).Should().BeNull();
        _net.Clock.ArmedTimers.Should().Be(0);
        Quiet(a);
    }

    [Test]
    public async Task Stop_Connected_TellsThePeerAndEndsWhenItHasClosed()
    {
        P2pNode a = await _net.StartAsync("a");
        P2pNode b = await _net.StartAsync("b");
        EventLog here = _net.Watch(a);
        EventLog there = _net.Watch(b);
        await a.ConnectAsync(TestNetwork.At("b")).Soon();

        await a.StopAsync().Soon();

        (await here.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.ShuttingDown);
        (await there.WaitAsync(PeerEventKind.PeerDisconnected)).Reason.Should().Be(P2pReason.ShuttingDown);
        await here.Ended.Soon();
        there.Ended.IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task Stop_PeerThatNeverCloses_EndsAfterTheLinger()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();

        Task stop = a.StopAsync();
        (await peer.End.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.ShuttingDown]));

        stop.IsCompleted.Should().BeFalse();
        _net.Clock.Advance(TimeSpan.FromSeconds(1));
        await stop.Soon();
        _net.Clock.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Stop_PeerThatReadsNothing_EndsWithinItsTime()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();
        // Answers that nobody reads, until the node's flush has no room.
        byte[] pings = [.. Enumerable.Range(0, 8_000).SelectMany(i => peer.End.Seal(RawEnd.Frame(FrameKind.Ping, RawEnd.Token((ulong)i))))];
        await peer.End.SendBytesAsync(pings);

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0);
        _net.Clock.Advance(Limit);

        await stop.Soon();
    }

    [Test]
    public async Task Stop_WhileARejectedPeerLingers_EndsWithinItsTime()
    {
        P2pNode a = await _net.StartAsync("a", options => options.AllowedPeers = [new string('0', 64)]);
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        (await peer.End.ReadAsync())!.Kind.Should().Be(FrameKind.Reject);

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().State == NodeState.Stopping);
        _net.Clock.Advance(Limit);

        await stop.Soon();
    }

    [Test]
    public async Task Stop_WhileADisconnectedPeerLingers_EndsWithinItsTime()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 1);
        Task<bool> disconnecting = a.DisconnectAsync(_net.Identity("peer").Identity.Id);

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().State == NodeState.Stopping);
        _net.Clock.Advance(Limit);

        await stop.Soon();
        (await disconnecting.Soon()).Should().BeTrue();
    }

    [Test]
    public async Task Stop_CallerHasNoPatience_AbortsWhatIsLeft()
    {
        P2pNode a = await _net.StartAsync("a");
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();

        await a.StopAsync(now.Token).Soon(); // and the clock stands still

        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_PersistentPeerIsPlanned_DialsNoMore()
    {
        P2pNode a = await _net.StartAsync("a", options => options.Peers = ["memory://b:1"]);
        await Waiting.UntilAsync(() => a.GetStatus().ConnectFailures == 1);

        await a.StopAsync().Soon();
        _net.Clock.Advance(TimeSpan.FromHours(1));

        a.GetStatus().ConnectAttempts.Should().Be(1);
        _net.Clock.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Dispose_OnAThreadThatWaits_Returns()
    {
        P2pNode a = await _net.StartAsync("a");

        await Task.Run(a.Dispose).Soon();

        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    private static void Quiet(P2pNode node)
    {
        NodeStatus status = node.GetStatus();
        status.HandshakesStarted.Should().Be(status.HandshakesCompleted + status.HandshakesFailed);
    }

    private static async Task ShouldFailAsync(Task<PeerInfo> connecting, P2pReason reason) =>
        (await FluentActions.Awaiting(() => connecting.Soon()).Should().ThrowAsync<P2pConnectException>()).Which.Reason.Should().Be(reason);

    private sealed class SlowListenTransport(IP2pTransport inner) : IP2pTransport
    {
        private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Scheme => inner.Scheme;

        public Task Listening => _listening.Task;

        public void Release() => _release.SetResult();

        public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

        public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

        // Binds although it was told to give up, as a system call does that is under way.
        public async ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken)
        {
            _listening.SetResult();
            await _release.Task;
            return await inner.ListenAsync(options, CancellationToken.None);
        }
    }

    private sealed class SilentDialTransport(IP2pTransport inner) : IP2pTransport
    {
        private readonly TaskCompletionSource _dialling = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Scheme => inner.Scheme;

        public Task Dialling => _dialling.Task;

        public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) => inner.ResolveAsync(endpoint, cancellationToken);

        public async ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken)
        {
            _dialling.SetResult();
            var never = new TaskCompletionSource<IP2pTransportConnection>();
            return await never.Task.WaitAsync(cancellationToken);
        }

        public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) => inner.ListenAsync(options, cancellationToken);
    }
}
