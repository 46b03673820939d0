using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

/// <summary>What Acks may cost that lead to no peer (docs/security.md, row 6).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AckBudgetTests : IDisposable
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly EllipticCurveGate _gate = new(1);
    private readonly AckBudget _budget;
    private int _made;

    public AckBudgetTests() => _budget = new AckBudget(_gate, _clock);

    public void Dispose()
    {
        _budget.Dispose();
        _gate.Dispose();
    }

    [Test]
    public async Task Run_EachLeadsToAPeer_NoneWaits()
    {
        for (int i = 0; i < 5_000; i++)
        {
            Task<TimeSpan?> ack = RunAsync(Work);

            ack.IsCompleted.Should().BeTrue();
            _budget.GiveBack((await ack)!.Value);
        }

        _clock.ArmedTimers.Should().Be(0);
    }

    [Test]
    public async Task Run_NoneLeadsToAPeer_IsAQuarterOfASecondAtOnceAndThenATenthOfACore()
    {
        await ExhaustAsync();
        _made.Should().BeInRange(250, 250 + 30, "each takes a millisecond, and some of it comes back meanwhile");

        List<Task> waiting = [.. Enumerable.Range(0, 500).Select(_ => RunAsync(Work))];
        int before = _made;
        TimeSpan start = Now;
        while (Now - start < TimeSpan.FromSeconds(2))
        {
            _clock.Advance(Millisecond);
            await Waiting.UntilAsync(() => waiting.Count(task => task.IsCompleted) + _budget.Waiting == waiting.Count);
        }

        // Ours are in there too: their milliseconds pass by the same clock.
        (_made - before).Should().BeInRange(190, 210);
        await ReleaseAsync(waiting);
    }

    [Test]
    public async Task Run_SeveralWait_TheNewestGoesFirst()
    {
        await ExhaustAsync();
        List<int> order = [];
        List<Task> waiting = [.. Enumerable.Range(0, 3).Select(i => RunAsync(() => Note(i)))];

        await ReleaseAsync(waiting);

        order.Should().Equal(2, 1, 0);

        int Note(int number)
        {
            order.Add(number);
            // So dear that there is a wait before the next.
            _clock.Advance(2 * Millisecond);
            return number;
        }
    }

    [Test]
    public async Task Run_CancelledWhileItWaits_IsNullAndLetsOthersGo()
    {
        await ExhaustAsync();
        using var giveUp = new CancellationTokenSource();
        Task other = RunAsync(Work);
        Task<TimeSpan?> cancelled = RunAsync(Work, giveUp.Token);
        int before = _made;

        await giveUp.CancelAsync();

        (await cancelled.Soon()).Should().BeNull();
        _made.Should().Be(before);
        _budget.Waiting.Should().Be(1);
        await ReleaseAsync([other]);
    }

    [Test]
    public async Task Run_WorkThatThrows_TakesNothingForGood()
    {
        for (int i = 0; i < 1_000; i++)
            await FluentActions.Awaiting(() => RunAsync(() => throw new InvalidOperationException())).Should().ThrowAsync<InvalidOperationException>();

        RunAsync(Work).IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task Run_ClockThatIsMovedMeanwhile_CostsTwoMillisecondsAtMost()
    {
        for (int i = 0; i < 100; i++)
        {
            Task<TimeSpan?> ack = RunAsync(() => Advance(TimeSpan.FromHours(1)));

            ack.IsCompleted.Should().BeTrue();
            (await ack).Should().Be(2 * Millisecond);
        }
    }

    [Test]
    public async Task GiveBack_APeerHasCome_LetsTheNextGo()
    {
        await ExhaustAsync();
        Task waiting = RunAsync(Work);

        _budget.GiveBack(2 * Millisecond);

        await waiting.Soon();
    }

    private Task<TimeSpan?> RunAsync(Func<int> work, CancellationToken cancellationToken = default) => _budget.RunAsync(work, cancellationToken).AsTask();

    private TimeSpan Now => _clock.GetElapsedTime(0);

    private int Work() => Advance(Millisecond);

    private int Advance(TimeSpan by)
    {
        Interlocked.Increment(ref _made);
        _clock.Advance(by);
        return 0;
    }

    // Until the next would wait.
    private async Task ExhaustAsync()
    {
        using var none = new CancellationTokenSource();
        while (RunAsync(Work, none.Token) is { IsCompleted: true } ack)
            await ack;
        _made.Should().BePositive();
        await none.CancelAsync();
        _budget.Waiting.Should().Be(0);
    }

    private Task ReleaseAsync(List<Task> waiting) => Waiting.UntilAsync(() =>
    {
        _clock.Advance(Millisecond);
        return waiting.All(task => task.IsCompletedSuccessfully);
    });
}
