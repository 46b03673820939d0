using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Hosting;

/// <summary>A stop while the application's handlers run: they are told, waited for, and left when they do not end.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandlerStopTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly TestNetwork _net = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        await _net.DisposeAsync();
    }

    [Test]
    public async Task Stop_HandlerThatHeedsItsToken_IsWaitedForWithoutTheClock()
    {
        bool ended = false;
        P2pNode a = await RunAsync(async context =>
        {
            _running.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
            ended = true;
        });

        await a.StopAsync().Soon();

        ended.Should().BeTrue();
        _net.Log.Lines.Should().NotContain(line => line.Id == 1107);
        _net.Clock.ArmedTimers.Should().Be(1, "only the sender's heartbeat is left");
    }

    [Test]
    public async Task Stop_HandlerThatIsCancelledByItsToken_HasNotFailed()
    {
        P2pNode a = await RunAsync(async context =>
        {
            _running.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        await a.StopAsync().Soon();

        a.GetStatus().HandlerFailures.Should().Be(0);
        _net.Log.Lines.Should().NotContain(line => line.Level >= LogLevel.Warning);
    }

    [Test]
    public async Task Stop_HandlerThatNeverReturns_EndsInFiveSecondsInAllAndSaysSo()
    {
        P2pNode a = await RunAsync(async _ =>
        {
            _running.SetResult();
            await _release.Task;
        });
        // A peer that never closes takes a second of them.
        RawPeer peer = await _net.ConnectAsync("a", _net.Identity("peer"));
        await peer.End.ReadAsync();

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0);
        _net.Clock.Advance(Limit - TimeSpan.FromTicks(1));
        stop.IsCompleted.Should().BeFalse("the handler is waited for");
        _net.Clock.Advance(TimeSpan.FromTicks(1));
        await stop.Soon();

        _net.Log.Lines.Should().ContainSingle(line => line.Id == 1107).Which.Should().Match<LogLine>(line =>
            line.Level == LogLevel.Warning && line.Text == "[p2p] stopped while 1 handlers still run: they do not end by their cancellation token");
        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_CallerHasNoPatience_LeavesTheHandlerAtOnce()
    {
        P2pNode a = await RunAsync(async _ =>
        {
            _running.SetResult();
            await _release.Task;
        });

        await a.StopAsync(new CancellationToken(canceled: true)).Soon(); // and the clock stands still

        _net.Log.Lines.Should().ContainSingle(line => line.Id == 1107);
    }

    [Test]
    public async Task Stop_CallbackOfATokenThatBlocks_EndsAtTheDeadline()
    {
        using var blocked = new ManualResetEventSlim();
        P2pNode a = await RunAsync(async context =>
        {
            context.CancellationToken.Register(() => blocked.Wait(Waiting.Guard));
            _running.SetResult();
            await _release.Task;
        });

        Task stop = a.StopAsync();
        await Waiting.UntilAsync(() => a.GetStatus().PeersConnected == 0);
        _net.Clock.Advance(Limit);
        await stop.Soon();
        blocked.Set();

        a.GetStatus().State.Should().Be(NodeState.Stopped);
    }

    [Test]
    public async Task Stop_CallbackOfATokenThatThrows_IsLoggedAndEndsNothing()
    {
        P2pNode a = await RunAsync(async context =>
        {
            context.CancellationToken.Register(() => throw new InvalidOperationException("the program's own"));
            _running.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        await a.StopAsync().Soon();

        _net.Log.Lines.Should().ContainSingle(line => line.Id == 1108).Which.Exception!.Message.Should().Be("the program's own");
        _net.Log.Texts.Should().Contain("[p2p] node stopped");
    }

    /// <summary>A node with a handler that is at work on one message.</summary>
    private async Task<P2pNode> RunAsync(Func<P2pMessageContext, ValueTask> handler)
    {
        P2pNode a = await _net.StartAsync("a", build: builder => builder.AddProtocol("chat/1", protocol => protocol.OnMessage(handler)));
        P2pNode b = await _net.StartAsync("b");
        PeerInfo peer = await b.ConnectAsync(TestNetwork.At("a")).Soon();
        await b.SendAsync(peer.Id!.Value, "chat/1", default).Soon();
        await _running.Task.Soon();
        return a;
    }
}
