using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PeerEventsTests
{
    private readonly PeerEvents _events = new(new ManualTimeProvider());
    private long _revision;

    [Test]
    public async Task Watch_QuickWatcher_SeesEachInOrder()
    {
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watcher.MoveNextAsync();

        for (int i = 1; i <= 1000; i++)
        {
            Publish();
            (await next.Soon()).Should().BeTrue();
            watcher.Current.Revision.Should().Be(i);
            next = watcher.MoveNextAsync();
        }

        _events.Complete();
        (await next.Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_NotFurtherBehindThanWhatIsKept_SeesEach()
    {
        for (int i = 0; i < PeerEvents.Capacity; i++)
            Publish();

        List<PeerEvent> seen = await Take(0, PeerEvents.Capacity);

        seen.Select(change => change.Revision).Should().Equal(Enumerable.Range(1, PeerEvents.Capacity).Select(i => (long)i));
    }

    [Test]
    public async Task Watch_FurtherBehindThanWhatIsKept_SeesResyncWithTheNewestRevisionAndThenWhatComes()
    {
        for (int i = 0; i <= PeerEvents.Capacity; i++)
            Publish();
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();

        (await watcher.MoveNextAsync().Soon()).Should().BeTrue();
        watcher.Current.Kind.Should().Be(PeerEventKind.Resync);
        watcher.Current.Revision.Should().Be(PeerEvents.Capacity + 1);
        watcher.Current.Peer.Should().BeNull();
        ValueTask<bool> next = watcher.MoveNextAsync();
        Publish();
        await next.Soon();
        watcher.Current.Revision.Should().Be(PeerEvents.Capacity + 2, "after Resync events come again");
    }

    [Test]
    public async Task Watch_AfterARevisionBetweenTwoEvents_BeginsWithTheNextOne()
    {
        Publish();
        Interlocked.Add(ref _revision, 10);
        Publish();

        List<PeerEvent> seen = await Take(5, 1);

        seen[0].Revision.Should().Be(12);
    }

    [Test]
    public async Task Watch_AfterARevisionThatIsStillToCome_WaitsForOneBeyondIt()
    {
        Publish();
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(2, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watcher.MoveNextAsync();
        Publish();
        Publish();

        await next.Soon();

        watcher.Current.Revision.Should().Be(3);
    }

    [Test]
    public async Task Watch_EventsRaceWithASlowWatcher_EveryGapIsFollowedByAResyncThatCoversIt()
    {
        const int Last = 200_000;
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
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
        _events.Complete();
        while (await next.Soon())
            next = watcher.MoveNextAsync();
    }

    [Test]
    public async Task Complete_EventsWaiting_TheyAreSeenAndThenTheEnd()
    {
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = watcher.MoveNextAsync();
        Publish();
        Publish();
        _events.Complete();

        (await first.Soon()).Should().BeTrue();
        (await watcher.MoveNextAsync().Soon()).Should().BeTrue();
        (await watcher.MoveNextAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_AfterTheEnd_EndsAtOnce()
    {
        _events.Complete();

        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();

        (await watcher.MoveNextAsync().Soon()).Should().BeFalse();
    }

    [Test]
    public async Task Watch_OneGivesUp_OthersGoOn()
    {
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<PeerEvent> leaving = _events.WatchAsync(0, stop.Token).GetAsyncEnumerator();
        await using IAsyncEnumerator<PeerEvent> staying = _events.WatchAsync(0, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> left = leaving.MoveNextAsync();
        ValueTask<bool> next = staying.MoveNextAsync();

        await stop.CancelAsync();
        await FluentActions.Awaiting(() => left.Soon()).Should().ThrowAsync<OperationCanceledException>();
        Publish();

        (await next.Soon()).Should().BeTrue();
    }

    private async Task<List<PeerEvent>> Take(long after, int count)
    {
        List<PeerEvent> seen = [];
        await using IAsyncEnumerator<PeerEvent> watcher = _events.WatchAsync(after, CancellationToken.None).GetAsyncEnumerator();
        while (seen.Count < count && await watcher.MoveNextAsync().Soon())
            seen.Add(watcher.Current);
        return seen;
    }

    private void Publish()
    {
        long revision = Interlocked.Increment(ref _revision);
        _events.Publish(new PeerEvent(PeerEventKind.PeerConnecting, revision, default, null, P2pReason.None));
    }
}
