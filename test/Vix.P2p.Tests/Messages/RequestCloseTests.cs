using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests whose connection ends.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestCloseTests : IDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _entered = new(0);

    public void Dispose() => _entered.Dispose();

    [Test]
    public async Task Close_InFlight_FailsTheCallerAndEndsTheHandler()
    {
        CancellationToken token = default;
        Exception? late = null;
        await using RequestBench bench = await RequestBench.StartAsync(
            async context =>
            {
                token = context.CancellationToken;
                _entered.Release();
                await _release.Task;
                try
                {
                    await context.ReplyAsync(context.Payload);
                }
                catch (P2pSendException e)
                {
                    late = e;
                    throw;
                }
            },
            configure: options => options.Limits.RequestsPerPeer = 2);

        Task[] asked = [.. Enumerable.Range(0, 4).Select(_ => bench.AskAsync(new byte[] { 1 }))];
        await _entered.WaitAsync().Soon();
        await bench.A.DisconnectAsync(bench.IdOfB).Soon();

        foreach (Task task in asked)
            await FailsAsync(task, P2pReason.Requested);
        await Waiting.UntilAsync(() => token.IsCancellationRequested);
        _release.SetResult();
        await Waiting.UntilAsync(() => bench.ChannelOfB.Settings.Work.Count == 0);
        late.Should().BeOfType<P2pSendException>().Which.Reason.Should().Be(P2pReason.Normal);
        bench.B.GetStatus().HandlerFailures.Should().Be(0, "that a connection has ended is no failure of the handler");
        _entered.CurrentCount.Should().Be(0, "the other was not begun: nobody waits for its answer");
        Func<Task> after = () => bench.ChannelOfA.Outgoing.RequestAsync(RequestBench.Protocol, default, default).Soon();
        (await after.Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.Requested);
        bench.ChannelOfA.Outgoing.Waiting.Should().Be(0);
        Forget(bench);
    }

    [Test]
    public async Task Close_ByTheOneThatAnswers_HasItsReasonThere()
    {
        await using RequestBench bench = await RequestBench.StartAsync(WaitAsync);

        Task asked = bench.AskAsync(new byte[] { 1 });
        await _entered.WaitAsync().Soon();
        await bench.B.DisconnectAsync(bench.IdOfA).Soon();

        await FailsAsync(asked, P2pReason.Normal);
        _release.SetResult();
        Forget(bench);
    }

    [TestCase(FrameKind.Message)]
    [TestCase(FrameKind.Request)]
    [TestCase(FrameKind.StreamOpen)]
    public async Task Close_HandlerThatMeetsItBeforeOthersAreTold_HasNotFailed(FrameKind kind)
    {
        ProtocolRegistration protocol = new("kv/1")
        {
            OnMessage = _ => MeetAsync(new P2pSendException(default, "kv/1", P2pReason.Lost, "The connection has ended.")),
            OnRequest = _ => MeetAsync(new P2pSendException(default, "kv/1", P2pReason.Lost, "The connection has ended.")),
            OnStream = _ => MeetAsync(new P2pStreamException(P2pReason.Lost, 0, "The connection has ended.")),
        };
        await using ChannelBench bench = await ChannelBench.OpenAsync(["kv/1"], protocols: protocol);
        await bench.Far.SendAsync(kind, kind == FrameKind.StreamOpen ? [1, 0] : [0, 1]);
        await _entered.WaitAsync().Soon();
        // The first that is heard of the end; it holds up all that follows until the handler has ended.
        bench.Log.OnLine = line =>
        {
            if (!line.Text.StartsWith("Connection to ", StringComparison.Ordinal))
                return;
            _release.SetResult();
            SpinWait.SpinUntil(() => bench.Channels.Work.Count == 0, Waiting.Guard).Should().BeTrue();
        };

        await bench.Far.HalfCloseAsync();

        (await bench.EndedAsync()).Should().Be(P2pReason.Lost);
        bench.Counters.HandlerFailures.Should().Be(0, "that a connection has ended is no failure of the handler");
        bench.Log.Lines.Should().OnlyContain(line => line.Level <= LogLevel.Debug);

        async ValueTask MeetAsync(Exception end)
        {
            _entered.Release();
            await _release.Task;
            throw end;
        }
    }

    [TestCase(FrameKind.Message)]
    [TestCase(FrameKind.Request)]
    [TestCase(FrameKind.StreamOpen)]
    public async Task Close_HandlerThatFailsForAnotherPeer_HasFailed(FrameKind kind)
    {
        var other = new PeerId([.. Enumerable.Repeat((byte)7, PeerId.ByteLength)]);
        ProtocolRegistration protocol = new("kv/1") { OnMessage = _ => FailAsync(), OnRequest = _ => FailAsync(), OnStream = _ => FailAsync() };
        await using ChannelBench bench = await ChannelBench.OpenAsync(["kv/1"], protocols: protocol);
        await bench.Far.SendAsync(kind, kind == FrameKind.StreamOpen ? [1, 0] : [0, 1]);
        await _entered.WaitAsync().Soon();

        await bench.Far.HalfCloseAsync();
        await bench.EndedAsync();
        _release.SetResult();

        await Waiting.UntilAsync(() => bench.Channels.Work.Count == 0);
        bench.Counters.HandlerFailures.Should().Be(1, "the end of this connection is not why");

        async ValueTask FailAsync()
        {
            _entered.Release();
            await _release.Task;
            throw new P2pSendException(other, "kv/1", P2pReason.NotConnected, "There is no connection to that peer.");
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Stop_InFlight_EndsTheHandlerAndTheCaller(bool caller)
    {
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = context.CancellationToken.Register(stopped.SetResult);
            _entered.Release();
            await stopped.Task;
        });

        Task asked = bench.AskAsync(new byte[] { 1 });
        await _entered.WaitAsync().Soon();
        await (caller ? bench.A : bench.B).StopAsync().Soon();

        await FailsAsync(asked, P2pReason.ShuttingDown);
        await Waiting.UntilAsync(() => bench.ChannelOfB.Settings.Work.Count == 0);
        Forget(bench);
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

    // A connection that has ended leaves its numbers as they were: nobody will use them.
    private static void Forget(RequestBench bench) => bench.HasEnded = true;
}
