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
        const int Rounds = 20_000;
        var pulse = new Pulse();
        long value = 0;
        long seen = 0;

        Task waiter = Task.Run(async () =>
        {
            while (Volatile.Read(ref seen) < Rounds)
            {
                Task next = pulse.Next;
                long now = Volatile.Read(ref value);
                if (now == seen)
                    await next.Soon();
                else
                    Volatile.Write(ref seen, now);
            }
        });
        Task changer = Task.Run(() =>
        {
            for (int i = 1; i <= Rounds; i++)
            {
                Volatile.Write(ref value, i);
                pulse.Beat();
                // Each change has to wake by itself: the next comes only when this one was seen.
                SpinWait.SpinUntil(() => Volatile.Read(ref seen) == i, Waiting.Guard).Should().BeTrue();
            }
        });

        await Task.WhenAll(waiter, changer).WaitAsync(2 * Waiting.Guard);
    }
}
