using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>The ring behind events and log lines.</summary>
internal sealed class HistoryTests
{
    [TestCase(1)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(100)]
    public void Add_BeyondTheCapacity_KeepsTheLastInOrder(int capacity)
    {
        var history = new History<int>(capacity);

        for (int i = 1; i <= 250; i++)
        {
            history.Add(i, i);
            history.Last.Should().Be(i);
            history.Snapshot().Should().Equal(Enumerable.Range(Math.Max(1, i - capacity + 1), Math.Min(i, capacity)));
        }
    }

    [Test]
    public void Snapshot_Empty_IsEmptyAndAtZero()
    {
        var history = new History<int>(4);

        history.Snapshot().Should().BeEmpty();
        history.Last.Should().Be(0);
    }

    [Test]
    public async Task Follow_FromWithinWhatIsKept_SeesTheRestAndEndsWithIt()
    {
        History<int> history = Filled(capacity: 100, count: 250);
        history.Complete();

        (await Follow(history, after: 200)).Should().Equal(Enumerable.Range(201, 50));
        (await Follow(history, after: 150)).Should().Equal(Enumerable.Range(151, 100), "150 is gone, and is known");
        (await Follow(history, after: 250)).Should().BeEmpty();
        (await Follow(history, after: 999)).Should().BeEmpty();
    }

    [Test]
    public async Task Follow_FromWhatIsGone_GoesOnWithTheOldestOrSaysWhatIsMissed()
    {
        History<int> history = Filled(capacity: 100, count: 250);
        history.Complete();

        (await Follow(history, after: 149)).Should().Equal(Enumerable.Range(151, 100));
        (await Follow(history, after: 149, missed: at => -(int)at)).Should().Equal(-250);
        (await Follow(history, after: long.MinValue, missed: at => -(int)at)).Should().Equal(-250);
    }

    [Test]
    public async Task Follow_PositionsWithGaps_FindsThePlaceBetween()
    {
        var history = new History<int>(8);
        foreach (int position in (int[])[3, 7, 20, 21, 40])
            history.Add(position, position);
        history.Complete();

        for (int after = 0; after <= 41; after++)
            (await Follow(history, after)).Should().Equal(((int[])[3, 7, 20, 21, 40]).Where(position => position > after), $"after {after}");
    }

    [Test]
    public async Task Follow_Cancelled_EndsWithTheCancellation()
    {
        var history = new History<int>(8);
        using var leaving = new CancellationTokenSource();
        await using IAsyncEnumerator<int> follower = history.FollowAsync(0, missed: null, leaving.Token).GetAsyncEnumerator();
        Task<bool> next = follower.MoveNextAsync().AsTask();

        await leaving.CancelAsync();

        await FluentActions.Awaiting(() => next.Soon()).Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public void Ring_WhateverIsAdded_IsTheTailOfIt() =>
        Prop.ForAll(Gen.Choose(1, 40).ToArbitrary(), Gen.Choose(1, 5).ListOf().ToArbitrary(), (capacity, steps) =>
        {
            var history = new History<long>(capacity);
            List<long> all = [];
            long position = 0;
            foreach (int step in steps)
            {
                position += step;
                all.Add(position);
                history.Add(position, position);
            }

            return history.Last == position && history.Snapshot().SequenceEqual(all.TakeLast(capacity));
        }).QuickCheckThrowOnFailure();

    [Test]
    public async Task Follow_WhileManyAdd_SeesEachThatIsKeptOnceAndInOrder()
    {
        const int Last = 50_000;
        var history = new History<int>(Last);
        Task<List<int>>[] followers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => Follow(history, after: 0)))];
        Lock gate = new();
        int position = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (true)
            {
                lock (gate)
                {
                    if (position == Last)
                        return;
                    history.Add(++position, position);
                }
            }
        }))).Soon();
        history.Complete();

        foreach (Task<List<int>> follower in followers)
            (await follower.Soon()).Should().Equal(Enumerable.Range(1, Last));
    }

    private static History<int> Filled(int capacity, int count)
    {
        var history = new History<int>(capacity);
        for (int i = 1; i <= count; i++)
            history.Add(i, i);
        return history;
    }

    private static async Task<List<int>> Follow(History<int> history, long after, Func<long, int>? missed = null)
    {
        List<int> seen = [];
        await foreach (int item in history.FollowAsync(after, missed, CancellationToken.None))
            seen.Add(item);
        return seen;
    }
}
