using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

internal sealed class PulseTests
{
    [Test]
    public async Task Next_Taken_CompletesAtTheNextBeatAlone()
    {
        var pulse = new Pulse();
        pulse.Beat();
        Task first = pulse.Next;
        pulse.Next.Should().BeSameAs(first, "all who wait share one task");
        first.IsCompleted.Should().BeFalse("the beat before is over");

        pulse.Beat();

        await first.Soon();
        pulse.Next.IsCompleted.Should().BeFalse();
    }

    /// <summary>
    /// The order that the table's revision uses, without a lock: whoever changes writes and beats, whoever waits takes
    /// the task and reads. A change must never fall between, for there may be no other for hours.
    /// </summary>
    [Test]
    public async Task Beat_RacesWithAWaiterThatLooksWithoutALock_NeverMissesIt()
    {
        const int Rounds = 100_000;
        Pulse[] pulses = [.. Enumerable.Range(0, Rounds).Select(_ => new Pulse())];
        int[] values = new int[Rounds];
        Task?[] waits = new Task?[Rounds];
        int atStart = 0;

        await Task.WhenAll(
            OnItsOwnThread(round =>
            {
                Volatile.Write(ref values[round], 1);
                pulses[round].Beat();
            }),
            OnItsOwnThread(round =>
            {
                Task next = pulses[round].Next;
                if (Volatile.Read(ref values[round]) == 0)
                    waits[round] = next;
            })).WaitAsync(2 * Waiting.Guard);

        waits.Count(wait => wait is { IsCompleted: false }).Should().Be(0, "each waiter that saw nothing is woken");

        Task OnItsOwnThread(Action<int> step) => Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    // Both begin each round at one moment.
                    Interlocked.Increment(ref atStart);
                    for (int spins = 0; Volatile.Read(ref atStart) < 2 * (round + 1); spins++)
                    {
                        if (spins > 1_000)
                            Thread.Yield();
                    }

                    step(round);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
