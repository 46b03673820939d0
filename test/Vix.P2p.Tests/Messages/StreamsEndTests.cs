using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>How streams end otherwise than by their end, and that nothing of them is left.</summary>
internal sealed class StreamsEndTests
{
    [Test]
    public async Task Abort_OnOneSide_FailsReadsAndWritesOfBothWithTheCode([Values] bool byTheHandler)
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        CancellationToken token = far.Context.CancellationToken;
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        await far.Stream.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task nearWrites = near.WriteAsync(new byte[1]).AsTask();
        Task farWrites = far.Stream.WriteAsync(new byte[1]).AsTask();

        (byTheHandler ? far.Stream : near).Abort(77);
        (byTheHandler ? far.Stream : near).Abort(78);

        foreach (Task write in (Task[])[nearWrites, farWrites])
            (await FailsAsync(write)).Should().Be((P2pReason.StreamAborted, 77));
        foreach (P2pStream stream in (P2pStream[])[near, far.Stream])
        {
            (await FailsAsync(stream.ReadAsync(new byte[1]).AsTask())).Should().Be((P2pReason.StreamAborted, 77));
            (await FailsAsync(stream.WriteAsync(new byte[1]).AsTask())).Should().Be((P2pReason.StreamAborted, 77));
            (await FailsAsync(stream.CompleteWritesAsync().AsTask())).Should().Be((P2pReason.StreamAborted, 77));
        }

        await CancelledAsync(token);
        far.Return();
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    [Test]
    public async Task Abort_WhileTheOtherSideWaitsForData_WakesIt()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        Task<int> reading = far.Stream.ReadAsync(new byte[1]).AsTask();

        near.Abort();

        (await FailsAsync(reading)).Should().Be((P2pReason.StreamAborted, P2pErrorCode.Cancelled));
    }

    [TestCase(-1)]
    [TestCase(P2pErrorCode.Last + 1)]
    public async Task Abort_CodeOutOfRange_Throws(int code)
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, _) = await bench.OpenAsync();

        Action abort = () => near.Abort(code);

        abort.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public async Task Dispose_WithoutReading_StopsTheOtherSidesWrites()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await far.Stream.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task waits = far.Stream.WriteAsync(new byte[1]).AsTask();
        await near.WriteAsync(new byte[] { 1 }).Soon();

        await near.DisposeAsync().Soon();
        await near.DisposeAsync().Soon();

        (await FailsAsync(waits)).Should().Be((P2pReason.StreamAborted, P2pErrorCode.None));
        (await FailsAsync(far.Stream.WriteAsync(new byte[1]).AsTask())).Should().Be((P2pReason.StreamAborted, P2pErrorCode.None));
        await far.Stream.CompleteWritesAsync().Soon();
        (await StreamsTests.ReadAllAsync(far.Stream)).Should().Equal([1], "what was written before the end is whole");
        far.Context.CancellationToken.IsCancellationRequested.Should().BeFalse();
        far.Return();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Dispose_WhileAReadAndAWriteWait_EndsThem()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task<int> reading = near.ReadAsync(new byte[1]).AsTask();
        Task writing = near.WriteAsync(new byte[1]).AsTask();

        await near.DisposeAsync().Soon();

        await FluentActions.Awaiting(() => reading.Soon()).Should().ThrowAsync<ObjectDisposedException>();
        (await FailsAsync(writing)).Should().Be((P2pReason.StreamAborted, P2pErrorCode.Cancelled));
        foreach (Func<Task> use in (Func<Task>[])[() => near.ReadAsync(new byte[1]).Soon(), () => near.WriteAsync(new byte[1]).Soon(), () => near.CompleteWritesAsync().Soon()])
            await use.Should().ThrowAsync<ObjectDisposedException>();
        far.Return();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Handler_ThatReturns_EndsItsStreamInGoodOrder()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await far.Stream.WriteAsync(new byte[] { 1, 2 }).Soon();

        far.Return();

        (await StreamsTests.ReadAllAsync(near)).Should().Equal(1, 2);
        (await FailsOfWritingAsync(near)).Should().Be((P2pReason.StreamAborted, P2pErrorCode.None));
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Handler_ThatThrows_AbortsItsStreamAndIsCounted()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();

        far.Throw(new InvalidDataException("no good"));

        (await FailsAsync(near.ReadAsync(new byte[1]).AsTask())).Should().Be((P2pReason.StreamAborted, P2pErrorCode.HandlerFailed));
        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(1);
        bench.Net.Log.Lines.Should().ContainSingle(line => line.Exception is InvalidDataException);
    }

    [Test]
    public async Task Handler_ThatPassesThePeersAbortOn_HasNotFailed()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        Task<int> reading = far.Stream.ReadAsync(new byte[1]).AsTask();
        near.Abort();
        P2pStreamException seen = (await FluentActions.Awaiting(() => reading.Soon()).Should().ThrowAsync<P2pStreamException>()).Which;

        far.Throw(seen);

        await bench.QuietAsync();
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    [Test]
    public async Task Connection_ThatIsLost_FailsReadsAndWritesWithItsReason()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        CancellationToken token = far.Context.CancellationToken;
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        Task writing = near.WriteAsync(new byte[1]).AsTask();
        Task<int> reading = near.ReadAsync(new byte[1]).AsTask();

        bench.A.Disconnect(bench.IdOfB).Should().BeTrue();

        (await FailsAsync(writing)).Reason.Should().Be(P2pReason.Requested);
        (await FailsAsync(reading)).Reason.Should().Be(P2pReason.Requested);
        (await FailsOfWritingAsync(near)).Reason.Should().Be(P2pReason.Requested);
        await CancelledAsync(token);
        (await FailsAsync(far.Stream.ReadAsync(new byte[1]).AsTask())).Reason.Should().Be(P2pReason.Normal);
        far.Return();
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
        await FluentActions.Awaiting(() => bench.A.OpenStreamAsync(bench.IdOfB, StreamBench.Protocol).Soon()).Should().ThrowAsync<P2pSendException>();
    }

    [Test]
    public async Task Connection_ThatEndsAfterTheStreamsEnd_LeavesWhatCameToBeRead()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await far.Stream.WriteAsync(new byte[1000]).Soon();
        await far.Stream.CompleteWritesAsync().Soon();
        await Waiting.UntilAsync(() => near.State.ReceiveEnded);

        await bench.B.DisconnectAsync(bench.IdOfA).Soon();
        await Waiting.UntilAsync(() => bench.A.GetPeers().Peers.All(peer => peer.State != PeerState.Connected));

        (await StreamsTests.ReadAllAsync(near)).Should().HaveCount(1000);
        far.Return();
        await near.DisposeAsync().Soon();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Read_ThatIsCancelled_LeavesTheStreamAsItWas()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> reading = near.ReadAsync(new byte[1], cancel.Token).AsTask();

        await cancel.CancelAsync();

        (await FluentActions.Awaiting(() => reading.Soon()).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancel.Token);
        await FluentActions.Awaiting(() => near.ReadAsync(new byte[1], cancel.Token).Soon()).Should().ThrowAsync<OperationCanceledException>();
        await far.Stream.WriteAsync(new byte[] { 3 }).Soon();
        byte[] one = new byte[1];
        (await near.ReadAsync(one).Soon()).Should().Be(1);
        one.Should().Equal(3);
    }

    [Test]
    public async Task Write_ThatIsCancelledBeforeAnyOfItWent_LeavesTheStreamAsItWas()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        await near.WriteAsync(new byte[StreamBench.Window]).Soon();
        using var cancel = new CancellationTokenSource();
        Task writing = near.WriteAsync(new byte[] { 1 }, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => writing.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await far.Stream.ReadExactlyAsync(new byte[StreamBench.Window]).Soon();
        await near.WriteAsync(new byte[] { 2 }).Soon();
        byte[] one = new byte[1];
        await far.Stream.ReadExactlyAsync(one).Soon();
        one.Should().Equal(2);
    }

    [Test]
    public async Task Write_ThatIsCancelledWhenSomeOfItWent_AbortsTheStream()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        using var cancel = new CancellationTokenSource();
        Task writing = near.WriteAsync(new byte[StreamBench.Window + 1], cancel.Token).AsTask();
        await Waiting.UntilAsync(() => bench.SettingsOfB.Received.Used == StreamBench.Window);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => writing.Soon()).Should().ThrowAsync<OperationCanceledException>();
        (await FailsOfWritingAsync(near)).Should().Be((P2pReason.StreamAborted, P2pErrorCode.Cancelled));
        await Waiting.UntilAsync(() => far.Stream.State.Fault is not null);
        (await FailsAsync(far.Stream.ReadAsync(new byte[1]).AsTask())).Should().Be((P2pReason.StreamAborted, P2pErrorCode.Cancelled));
        far.Return();
        await bench.QuietAsync();
    }

    [Test]
    public async Task Stop_WithAHandlerThatWaits_CancelsItAndWaitsForIt()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (P2pStream near, StreamServing far) = await bench.OpenAsync();
        using CancellationTokenRegistration registered = far.Context.CancellationToken.Register(far.Return);

        await bench.B.StopAsync().Soon();

        bench.SettingsOfB.Work.Count.Should().Be(0);
        await near.DisposeAsync().Soon();
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    [Test]
    public async Task Stop_WithAHandlerThatPassesTheCancellationOn_IsNoFailure()
    {
        await using StreamBench bench = await StreamBench.StartAsync();
        (_, StreamServing far) = await bench.OpenAsync();
        CancellationToken token = far.Context.CancellationToken;
        using CancellationTokenRegistration registered = token.Register(() => far.Throw(new OperationCanceledException(token)));

        await bench.B.StopAsync().Soon();

        bench.SettingsOfB.Work.Count.Should().Be(0);
        bench.B.GetStatus().HandlerFailures.Should().Be(0);
    }

    private static async Task<(P2pReason Reason, int Code)> FailsAsync(Task task)
    {
        P2pStreamException failure = (await FluentActions.Awaiting(() => task.Soon()).Should().ThrowAsync<P2pStreamException>()).Which;
        return (failure.Reason, failure.Code);
    }

    // The other side's word may be on its way: writes until it has come.
    private static async Task<(P2pReason Reason, int Code)> FailsOfWritingAsync(P2pStream stream)
    {
        await Waiting.UntilAsync(() => stream.State.Fault is not null || stream.State.Sender.Fault is not null);
        return await FailsAsync(stream.WriteAsync(new byte[1]).AsTask());
    }

    private static Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task.Soon();
    }
}
