using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PeerEventHubTests
{
    private readonly PeerEventHub _hub = new(new ManualTimeProvider());
    private long _revision;

    [Test]
    public async Task Watch_QuickWatcher_SeesEachInOrder()
    {
        await using IAsyncEnumerator<PeerEvent> watcher = _hub.WatchAsync(() => _revision, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watcher.MoveNextAsync();

        for (int i = 1; i <= 1000; i++)
        {
            Publish();
            (await next.Soon()).Should().BeTrue();
            watcher.Current.Revision.Should().Be(i);
            next = watcher.MoveNextAsync();
        }

        _hub.Complete();
        (await next.Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_SlowWatcher_SeesTheFirst256AndThenResyncWithTheRevisionOfThatMoment()
    {
        await using IAsyncEnumerator<PeerEvent> watcher = _hub.WatchAsync(() => _revision, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = watcher.MoveNextAsync();
        for (int i = 0; i < 300; i++)
            Publish();

        await first.Soon();
        List<PeerEvent> seen = [watcher.Current];
        while (seen[^1].Kind != PeerEventKind.Resync)
        {
            await watcher.MoveNextAsync().Soon();
            seen.Add(watcher.Current);
        }

        // The one that was being waited for leaves room before the rest is offered, or it does not.
        seen.Count.Should().BeInRange(PeerEventHub.Capacity + 1, PeerEventHub.Capacity + 2);
        seen.SkipLast(1).Select(change => change.Revision).Should().Equal(Enumerable.Range(1, seen.Count - 1).Select(i => (long)i));
        seen[^1].Revision.Should().Be(300);
        seen[^1].Peer.Should().BeNull();
        ValueTask<bool> next = watcher.MoveNextAsync();
        Publish();
        await next.Soon();
        watcher.Current.Revision.Should().Be(301, "after Resync events come again");
    }

    [Test]
    public async Task Watch_EventsRaceWithASlowWatcher_EveryGapIsFollowedByAResyncThatCoversIt()
    {
        const int Last = 200_000;
        await using IAsyncEnumerator<PeerEvent> watcher = _hub.WatchAsync(() => Interlocked.Read(ref _revision), CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watcher.MoveNextAsync();
        var publishing = Task.Run(() =>
        {
            for (int i = 0; i < Last; i++)
                Publish();
        });

        long known = 0;
        while (known < Last)
        {
            // A watcher that misses its wake-up stays here.
            (await next.Soon()).Should().BeTrue();
            PeerEvent change = watcher.Current;
            if (change.Kind == PeerEventKind.Resync)
                known = Math.Max(known, change.Revision);
            else
            {
                change.Revision.Should().BeLessThanOrEqualTo(known + 1, "nothing may be missing without a Resync");
                known = Math.Max(known, change.Revision);
            }

            next = watcher.MoveNextAsync();
        }

        await publishing.Soon();
        _hub.Complete();
        while (await next.Soon())
            next = watcher.MoveNextAsync();
    }

    [Test]
    public async Task Complete_EventsWaiting_TheyAreSeenAndThenTheEnd()
    {
        await using IAsyncEnumerator<PeerEvent> watcher = _hub.WatchAsync(() => _revision, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = watcher.MoveNextAsync();
        Publish();
        Publish();
        _hub.Complete();

        (await first.Soon()).Should().BeTrue();
        (await watcher.MoveNextAsync().Soon()).Should().BeTrue();
        (await watcher.MoveNextAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_AfterTheEnd_EndsAtOnce()
    {
        _hub.Complete();

        await using IAsyncEnumerator<PeerEvent> watcher = _hub.WatchAsync(() => _revision, CancellationToken.None).GetAsyncEnumerator();

        (await watcher.MoveNextAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_OneGivesUp_OthersGoOn()
    {
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<PeerEvent> leaving = _hub.WatchAsync(() => _revision, stop.Token).GetAsyncEnumerator();
        await using IAsyncEnumerator<PeerEvent> staying = _hub.WatchAsync(() => _revision, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> left = leaving.MoveNextAsync();
        ValueTask<bool> next = staying.MoveNextAsync();

        await stop.CancelAsync();
        await FluentActions.Awaiting(() => left.Soon()).Should().ThrowAsync<OperationCanceledException>();
        Publish();

        (await next.Soon()).Should().BeTrue();
    }

    private void Publish()
    {
        long revision = Interlocked.Increment(ref _revision);
        _hub.Publish(new PeerEvent(PeerEventKind.PeerConnecting, revision, default, null, P2pReason.None));
    }
}
