using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

internal sealed class EllipticCurveGateTests
{
    [Test]
    public async Task Run_ManyAtOnce_NeverMoreThanItsPlaces()
    {
        using var gate = new EllipticCurveGate(2);
        int inside = 0;
        int most = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await gate.RunAsync(
            () =>
            {
                int now = Interlocked.Increment(ref inside);
                for (int seen = most; now > seen; seen = most)
                    Interlocked.CompareExchange(ref most, now, seen);
                Thread.Yield();
                return Interlocked.Decrement(ref inside);
            },
            CancellationToken.None)))).Soon();

        most.Should().BeInRange(1, 2);
    }

    [Test]
    public async Task Run_WorkThatThrows_GivesItsPlaceBack()
    {
        using var gate = new EllipticCurveGate(1);

        await FluentActions.Awaiting(() => gate.RunAsync<int>(() => throw new InvalidOperationException(), CancellationToken.None).AsTask()).Should().ThrowAsync<InvalidOperationException>();

        (await gate.RunAsync(() => 7, CancellationToken.None).Soon()).Should().Be(7);
    }

    [Test]
    public async Task Run_GivenUpWhileItWaits_TakesNoPlace()
    {
        using var gate = new EllipticCurveGate(1);
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> first = Task.Factory.StartNew(() => gate.RunAsync(
            () =>
            {
                entered.SetResult();
                release.Wait(Waiting.Guard);
                return 1;
            },
            CancellationToken.None).AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await entered.Task.Soon();
        using var giveUp = new CancellationTokenSource();
        Task<int> second = gate.RunAsync(() => 2, giveUp.Token).AsTask();
        await giveUp.CancelAsync();

        await FluentActions.Awaiting(() => second.Soon()).Should().ThrowAsync<OperationCanceledException>();
        release.Set();
        (await first.Soon()).Should().Be(1);
        (await gate.RunAsync(() => 3, CancellationToken.None).Soon()).Should().Be(3);
    }

    [TestCase(5, 5)]
    [TestCase(1, 1)]
    public void Resolve_Configured_IsThat(int configured, int places) => EllipticCurveGate.Resolve(configured).Should().Be(places);

    [Test]
    public void Resolve_Default_IsHalfTheCoresAndAtLeastOne() => EllipticCurveGate.Resolve(0).Should().Be(Math.Max(1, Environment.ProcessorCount / 2));
}
