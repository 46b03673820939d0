using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Hosting;

/// <summary>Whether a node does its work: what health checks ask.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LivenessTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task IsLive_OverANodesLife_IsTrueWhileItRuns()
    {
        P2pNode a = _net.Make("a");
        a.GetStatus().IsLive.Should().BeFalse("it has not started");

        await a.StartAsync().Soon();
        a.GetStatus().IsLive.Should().BeTrue();

        await a.StopAsync().Soon();
        a.GetStatus().IsLive.Should().BeFalse("it has stopped");
    }

    [Test]
    public async Task IsLive_NodeThatListensNowhere_NeedsNoListener()
    {
        P2pNode a = await _net.StartAsync("a", options => options.ListenPort = 0);

        a.GetStatus().Listen.Should().BeEmpty();
        a.GetStatus().IsLive.Should().BeTrue();
    }

    [Test]
    public async Task IsLive_TimeGoesOnAndTheHeartbeatLooks_StaysTrue()
    {
        P2pNode a = await _net.StartAsync("a");
        for (int i = 0; i < 100; i++)
        {
            _net.Clock.Advance(TimeSpan.FromSeconds(1));
            _net.Clock.JumpWallClock(TimeSpan.FromDays(i % 2 == 0 ? -1 : 3650));
        }

        await Waiting.UntilAsync(() => a.GetStatus().IsLive);
    }

    [Test]
    public async Task IsLate_BeatThatDoesNotReturn_IsSeenAfterThreePeriodsAndTenSeconds()
    {
        ManualTimeProvider clock = new();
        using var go = new ManualResetEventSlim();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var heartbeat = new Heartbeat(TimeSpan.FromSeconds(5), clock, () =>
        {
            stuck.TrySetResult();
            go.Wait();
        });
        heartbeat.Start();
        await Waiting.UntilAsync(() => clock.ArmedTimers > 0);
        // The beat may run on the thread that the timer fires on, which it then holds.
        var firing = Task.Run(() => clock.Advance(TimeSpan.FromSeconds(1)));
        await stuck.Task.Soon();

        clock.Advance(TimeSpan.FromSeconds(13));
        bool before = heartbeat.IsLate;
        clock.Advance(TimeSpan.FromTicks(1));
        bool after = heartbeat.IsLate;
        go.Set();
        await firing.Soon();

        before.Should().BeFalse();
        after.Should().BeTrue();
        await Waiting.UntilAsync(() => !heartbeat.IsLate, () => "it looks again, and is in time");
    }

    [Test]
    public async Task IsLate_HeartbeatThatWasNeverStarted_IsSeenToo()
    {
        ManualTimeProvider clock = new();
        await using var heartbeat = new Heartbeat(TimeSpan.FromSeconds(5), clock, () => { });

        clock.Advance(TimeSpan.FromSeconds(14));

        heartbeat.IsLate.Should().BeTrue();
    }
}
