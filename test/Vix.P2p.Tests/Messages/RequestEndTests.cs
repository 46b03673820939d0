using System.Buffers;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests that nobody waits for any more: by a deadline, given up, or with their connection.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestEndTests : IDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _entered = new(0);

    public void Dispose() => _entered.Dispose();

    [Test]
    public async Task Deadline_NoAnswer_IsATypedErrorAtItsTime()
    {
        await using RequestBench bench = await RequestBench.StartAsync(WaitAsync);

        Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(new byte[] { 1 });
        await _entered.WaitAsync().Soon();
        bench.Net.Clock.Advance(RequestBench.Timeout - TimeSpan.FromTicks(1));
        asked.IsCompleted.Should().BeFalse();
        bench.Net.Clock.Advance(TimeSpan.FromTicks(1));

        await FailsAsync(asked, P2pReason.RequestTimeout);
        bench.ChannelOfA.Outgoing.InFlight.Should().Be(1, "the number is free when the answer has come");
        _release.SetResult();
    }

    [Test]
    public async Task Deadline_OfTheCalls_ComeInTheirOrder()
    {
        await using RequestBench bench = await RequestBench.StartAsync(WaitAsync);
        TimeSpan[] waits = [.. new[] { 1500, 40, 900, 3000, 1 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];
        var asked = waits.ToDictionary(wait => wait, wait => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, new byte[] { 1 }, new ArrayBufferWriter<byte>(), wait).AsTask());
        asked.Add(RequestBench.Timeout, bench.AskAsync(new byte[] { 1 }));

        TimeSpan now = TimeSpan.Zero;
        foreach ((TimeSpan wait, Task task) in asked.OrderBy(entry => entry.Key))
        {
            bench.Net.Clock.Advance(wait - now - TimeSpan.FromTicks(1));
            task.IsCompleted.Should().BeFalse();
            bench.Net.Clock.Advance(TimeSpan.FromTicks(1));
            await FailsAsync(task, P2pReason.RequestTimeout);
            now = wait;
        }

        _release.SetResult();
    }

    [Test]
    public async Task Deadline_AnsweredInTime_LeavesTheTimerToTheNext()
    {
        await using RequestBench bench = await RequestBench.StartAsync(context => context.Payload.Length == 0 ? RequestBench.EchoAsync(context) : WaitAsync(context));
        for (int i = 0; i < 3; i++)
        {
            await bench.AskAsync(default).Soon();
            bench.Net.Clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        // The timer was set for the first request, and goes off in the midst of this one.
        Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(new byte[] { 1 });
        await _entered.WaitAsync().Soon();
        bench.Net.Clock.Advance(RequestBench.Timeout - TimeSpan.FromTicks(1));
        asked.IsCompleted.Should().BeFalse();
        bench.Net.Clock.Advance(TimeSpan.FromTicks(1));
        await FailsAsync(asked, P2pReason.RequestTimeout);

        _release.SetResult();
        await bench.QuietAsync();
        bench.Net.Clock.Advance(RequestBench.Timeout);
        (await bench.AskAsync(default).Soon()).IsEmpty.Should().BeTrue();
    }

    [Test]
    public async Task Deadline_AllNumbersTakenByAPeerThatNeverAnswers_EndsThoseThatWaitToo()
    {
        await using RequestBench bench = await RequestBench.StartAsync(WaitAsync, configure: options => options.Limits.RequestsPerPeer = 2);

        Task[] first = [bench.AskAsync(new byte[] { 1 }), bench.AskAsync(new byte[] { 2 })];
        // From here on neither is answered: the second stands behind the first.
        await _entered.WaitAsync().Soon();
        bench.Net.Clock.Advance(RequestBench.Timeout);
        foreach (Task task in first)
            await FailsAsync(task, P2pReason.RequestTimeout);
        Task[] second = [bench.AskAsync(new byte[] { 3 }), bench.AskAsync(new byte[] { 4 })];
        bench.ChannelOfA.Outgoing.Waiting.Should().Be(2);
        bench.Net.Clock.Advance(RequestBench.Timeout);
        foreach (Task task in second)
            await FailsAsync(task, P2pReason.RequestTimeout);
        bench.ChannelOfA.Outgoing.Waiting.Should().Be(0);

        Task<ReadOnlyMemory<byte>> third = bench.AskAsync(new byte[] { 5 });
        _release.SetResult();
        (await third.Soon()).ToArray().Should().Equal(5);
    }

    [Test]
    public async Task Cancel_InFlight_EndsTheHandlersToken()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            await using CancellationTokenRegistration registration = context.CancellationToken.Register(cancelled.SetResult);
            _entered.Release();
            await cancelled.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        });
        using var cancel = new CancellationTokenSource();

        Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(new byte[] { 1 }, cancel.Token);
        await _entered.WaitAsync().Soon();
        await cancel.CancelAsync();

        (await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancel.Token);
        await cancelled.Task.Soon();
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(0, "it was cancelled and did as it was told");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Cancel_BeforeTheHandlerLooks_ShowsInItsToken(bool throws)
    {
        bool seen = false;
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            if (context.Payload.Length == 0)
            {
                await context.ReplyAsync(default);
                return;
            }

            _entered.Release();
            await _release.Task;
            seen = context.CancellationToken.IsCancellationRequested;
            if (throws)
                throw new OperationCanceledException();
            await context.ReplyAsync(context.Payload);
        }, concurrency: 2);
        using var cancel = new CancellationTokenSource();

        Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(new byte[] { 1 }, cancel.Token);
        await _entered.WaitAsync().Soon();
        await cancel.CancelAsync();
        // It comes behind the Cancel.
        await bench.AskAsync(default).Soon();
        _release.SetResult();

        await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await bench.QuietAsync();
        seen.Should().BeTrue();
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
        bench.B.GetStatus().MessagesOut.Should().Be(1, "a response that nobody waits for is not sent");
    }

    [Test]
    public async Task Cancel_CallbackOfTheHandlerThatThrows_IsItsFailure()
    {
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            context.CancellationToken.Register(() => throw new InvalidDataException());
            context.CancellationToken.Register(_release.SetResult);
            _entered.Release();
            await _release.Task;
        });
        using var cancel = new CancellationTokenSource();

        Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(new byte[] { 1 }, cancel.Token);
        await _entered.WaitAsync().Soon();
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(1);
        bench.A.GetStatus().PeersConnected.Should().Be(1);
    }

    [Test]
    public async Task Cancel_WaitingBehindAnotherHandler_NeverRuns()
    {
        int ran = 0;
        await using RequestBench bench = await RequestBench.StartAsync(context =>
        {
            ran++;
            return WaitAsync(context);
        });
        using var cancel = new CancellationTokenSource();

        Task<ReadOnlyMemory<byte>> first = bench.AskAsync(new byte[] { 1 });
        await _entered.WaitAsync().Soon();
        Task<ReadOnlyMemory<byte>> second = bench.AskAsync(new byte[] { 2 }, cancel.Token);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => second.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await bench.B.RequestAsync(bench.IdOfA, RequestBench.Protocol, default).Soon();
        // What A has sent before it answered is known at B by now.
        _release.SetResult();

        (await first.Soon()).ToArray().Should().Equal(1);
        await bench.QuietAsync();
        ran.Should().Be(1);
    }

    [Test]
    public async Task Cancel_WaitingForANumber_LeavesTheRow()
    {
        await using RequestBench bench = await RequestBench.StartAsync(WaitAsync, configure: options => options.Limits.RequestsPerPeer = 1);
        using var cancel = new CancellationTokenSource();

        Task<ReadOnlyMemory<byte>> first = bench.AskAsync(new byte[] { 1 });
        Task<ReadOnlyMemory<byte>> second = bench.AskAsync(new byte[] { 2 }, cancel.Token);
        Task<ReadOnlyMemory<byte>> third = bench.AskAsync(new byte[] { 3 });
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => second.Soon()).Should().ThrowAsync<OperationCanceledException>();
        bench.ChannelOfA.Outgoing.Waiting.Should().Be(1);
        _release.SetResult();

        (await first.Soon()).ToArray().Should().Equal(1);
        (await third.Soon()).ToArray().Should().Equal(3);
        bench.A.GetStatus().MessagesOut.Should().Be(2);
    }

    [Test]
    public async Task Cancel_WhileTheAnswerComes_EndsInOneOfBoth()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);
        var random = new Random(11);
        int answered = 0;

        for (int i = 0; i < 2000; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<ReadOnlyMemory<byte>> asked = bench.AskAsync(BitConverter.GetBytes(i), cancel.Token);
            Thread.SpinWait(random.Next(20_000));
            Task cancelling = cancel.CancelAsync();
            try
            {
                BitConverter.ToInt32((await asked.Soon()).Span).Should().Be(i);
                answered++;
            }
            catch (OperationCanceledException e)
            {
                e.CancellationToken.Should().Be(cancel.Token);
            }

            await cancelling;
        }

        await TestContext.Out.WriteLineAsync($"{answered} of 2,000 were answered.");
        (await bench.AskAsync(new byte[] { 1 }).Soon()).ToArray().Should().Equal(1);
    }

    private async ValueTask WaitAsync(P2pRequestContext context)
    {
        _entered.Release();
        await _release.Task;
        await context.ReplyAsync(context.Payload);
    }

    private static async Task FailsAsync(Task asked, P2pReason reason)
    {
        P2pSendException thrown = (await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<P2pSendException>()).Which;
        (thrown.Reason, thrown.Protocol).Should().Be((reason, RequestBench.Protocol));
    }
}
