using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Messages;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;
using static Vix.P2p.Tests.Messages.StreamScript;

namespace Vix.P2p.Tests.Messages;

/// <summary>Streams frame by frame, with a peer that does as the test likes (docs/protocol.md, section 5).</summary>
internal sealed class StreamsWireTests
{
    private static readonly byte[] End1 = Frame(FrameKind.StreamEnd, 1);

    private static readonly TestCaseData[] Violations =
    [
        Case("the first number is not 1", Open(3)),
        Case("a number of the other side's", Open(2)),
        Case("number zero", Open(0)),
        Case("a number that is used twice", Open(1), Open(1)),
        Case("a number that is left out", Open(1), Open(5)),
        Case("a protocol that was not named", Open(1, protocol: 2)),
        Case("an open with more behind it", RawEnd.Frame(FrameKind.StreamOpen, 1, 0, 0)),
        Case("an open without a protocol", RawEnd.Frame(FrameKind.StreamOpen, 0x81, 0x01)),
        Case("a number that is not in its shortest form", Open(1), RawEnd.Frame(FrameKind.StreamEnd, 0x81, 0x00)),
        Case("data before the open", Data(1, 1)),
        Case("data for a number of the node's that it has not opened", Data(2, 1)),
        Case("data for number zero", Data(0, 1)),
        Case("an end before the open", End1),
        Case("an abort before the open", Frame(FrameKind.StreamAbort, 1, 0)),
        Case("a stop before the open", Frame(FrameKind.StreamStop, 1, 0)),
        Case("credit before the open", Frame(FrameKind.StreamCredit, 1, 1)),
        Case("data behind the end", Open(1), End1, Data(1, 1)),
        Case("an end behind the end", Open(1), End1, End1),
        Case("an end with more behind it", Open(1), Frame(FrameKind.StreamEnd, 1, 1)),
        Case("an abort without a code", Open(1), RawEnd.Frame(FrameKind.StreamAbort, 0x81, 0x01)),
        Case("an abort with more behind it", Open(1), Frame(FrameKind.StreamAbort, 1, 1, 1)),
        Case("a stop with more behind it", Open(1), Frame(FrameKind.StreamStop, 1, 1, 1)),
        Case("credit with more behind it", Open(1), Frame(FrameKind.StreamCredit, 1, 1, 1)),
        Case("one byte beyond the window", Open(1), Filler(1, StreamScript.Window + 1)),
        Case("credit beyond what there can be", [Open(1), .. Enumerable.Repeat(Frame(FrameKind.StreamCredit, 1, FrameCodec.MaxNumber), 8)]),
        // Stream 129 takes two bytes to say, which the shortest body of data has room for.
        Case("data without data", [.. Enumerable.Range(0, 65).Select(i => Open(1 + (2 * i), protocol: 1)), RawEnd.Frame(FrameKind.StreamData, 0x81, 0x01)]),
    ];

    [TestCaseSource(nameof(Violations))]
    public async Task Take_Violation_ClosesTheConnection(byte[][] frames)
    {
        await using StreamScript script = await StreamScript.StartAsync();

        await script.SendAsync(frames[..^1]);
        if (frames.Length > 1)
            (await script.EchoAsync()).Where(frame => frame.Kind != FrameKind.StreamAbort).Should().BeEmpty("up to the last frame all is well");
        await script.SendAsync(frames[^1]);

        RawFrame? last = null;
        while (await script.End.ReadAsync() is { } frame)
            last = frame;
        last.Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.ProtocolError]));
    }

    [Test]
    public async Task Take_AllOfTheWindow_IsAllowed()
    {
        await using StreamScript script = await StreamScript.StartAsync();

        StreamServing serving = await script.ServeAsync(1);
        await script.SendAsync(Filler(1, StreamScript.Window), Frame(FrameKind.StreamEnd, 1));
        (await script.EchoAsync()).Should().BeEmpty();

        (await StreamsTests.ReadAllAsync(serving.Stream)).Should().HaveCount(StreamScript.Window);
    }

    [Test]
    public async Task Take_FramesOfAClosedStream_AreIgnored([Values] bool byAbort)
    {
        await using StreamScript script = await StreamScript.StartAsync();
        StreamServing serving = await script.ServeAsync(1);

        if (byAbort)
            await script.SendAsync(Frame(FrameKind.StreamAbort, 1, 64));
        else
        {
            await script.SendAsync(End1);
            await script.EchoAsync();
            serving.Return();
            (await script.ReadAsync())!.Kind.Should().Be(FrameKind.StreamEnd);
        }

        await script.SendAsync(
            Data(1, 1), End1, End1, Data(1, 1), Frame(FrameKind.StreamStop, 1, 0), Frame(FrameKind.StreamCredit, 1, 1), Frame(FrameKind.StreamAbort, 1, 0),
            Filler(1, StreamScript.Window + 1));

        (await script.EchoAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Open_WithoutAHandler_IsAbortedWithNotSupported()
    {
        await using StreamScript script = await StreamScript.StartAsync();

        await script.SendAsync(Open(1, protocol: 1), Data(1, 1));

        RawFrame answer = (await script.ReadAsync())!;
        answer.Kind.Should().Be(FrameKind.StreamAbort);
        Numbers(answer).Should().Equal(1, P2pErrorCode.NotSupported);
        (await script.EchoAsync()).Should().BeEmpty();
        (await script.ServeAsync(3)).Stream.State.Number.Should().Be(3);
    }

    [Test]
    public async Task Open_BeyondTheLimit_IsAbortedWithBusyUntilAHandlerHasReturned()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.StreamsPerPeer = 2);
        StreamServing first = await script.ServeAsync(1);
        await script.ServeAsync(3);

        await script.SendAsync(Open(5));
        Numbers((await script.ReadAsync())!).Should().Equal(5, P2pErrorCode.Busy);
        await script.SendAsync(Frame(FrameKind.StreamAbort, 1, 0), Open(7));
        Numbers((await script.ReadAsync())!).Should().Equal([7, P2pErrorCode.Busy], "the handler of the first still runs");
        script.Node.GetStatus().LimitRejections["streams_per_peer"].Should().Be(2);
        first.Return();
        await Waiting.UntilAsync(() => first.Stream.State.Channel.Streams.Count == 1);

        (await script.ServeAsync(9)).Stream.State.Number.Should().Be(9);
    }

    [Test]
    public async Task Open_AndAbortAsFastAsItGoes_RunsNoMoreHandlersThanThereMayBeStreams()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.StreamsPerPeer = 4);

        for (int i = 0; i < 10; i++)
        {
            await script.SendAsync([.. Enumerable.Range(i * 50, 50).SelectMany(n => (byte[][])[Open(1 + (2 * n)), Frame(FrameKind.StreamAbort, 1 + (2 * n), 0)])]);
            await script.EchoAsync();
        }

        // A handler that was not begun when the abort came is passed over, and its place is free again.
        script.Started.Should().BeLessThanOrEqualTo(4);
    }

    [Test]
    public async Task Open_ByAPeerThatReadsNothing_EndsInOverload()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.SendQueueBytes = 64 * 1024);
        PeerId peer = script.PeerId;

        // Each is answered by an abort, and nobody takes the answers.
        for (int i = 0; i < 100_000 && script.Node.TryGetPeer(peer, out PeerInfo? row) && row.State == PeerState.Connected; i += 1000)
            await script.SendAsync([.. Enumerable.Range(i, 1000).Select(n => Open(1 + (2 * n), protocol: 1))]);

        script.Node.GetStatus().LimitRejections["send_queue_bytes"].Should().BePositive();
    }

    [Test]
    public async Task Stop_ByThePeer_IsAnsweredWithTheEndBehindWhatWasWritten()
    {
        await using StreamScript script = await StreamScript.StartAsync(window: 100);
        StreamServing serving = await script.ServeAsync(1);
        await serving.Stream.WriteAsync(new byte[60]).Soon();
        Task waits = serving.Stream.WriteAsync(new byte[60]).AsTask();

        await script.SendAsync(Frame(FrameKind.StreamStop, 1, 99), Frame(FrameKind.StreamStop, 1, 98));

        int bytes = 0;
        RawFrame frame;
        while ((frame = (await script.ReadAsync())!).Kind == FrameKind.StreamData)
            bytes += frame.Body.Length - 1;
        bytes.Should().Be(100);
        frame.Kind.Should().Be(FrameKind.StreamEnd);
        (await FluentActions.Awaiting(() => waits.Soon()).Should().ThrowAsync<P2pStreamException>()).Which.Code.Should().Be(99);
        await serving.Stream.CompleteWritesAsync().Soon();
        (await script.EchoAsync()).Should().BeEmpty("the end is said once");
    }

    [TestCase(P2pErrorCode.BadRequest + 1)]
    [TestCase(P2pErrorCode.FirstApplicationCode - 1)]
    public async Task Abort_WithACodeThatIsNotKnown_IsTakenAsHandlerFailed(int code)
    {
        await using StreamScript script = await StreamScript.StartAsync();
        StreamServing serving = await script.ServeAsync(1);

        await script.SendAsync(Frame(FrameKind.StreamAbort, 1, code));

        (await FluentActions.Awaiting(() => serving.Stream.ReadAsync(new byte[1]).Soon()).Should().ThrowAsync<P2pStreamException>()).Which.Code.Should().Be(P2pErrorCode.HandlerFailed);
    }

    [Test]
    public async Task Handler_ThatReadsNothingAndReturns_SaysStopAndEnd()
    {
        await using StreamScript script = await StreamScript.StartAsync();
        StreamServing serving = await script.ServeAsync(1);
        PeerChannel channel = serving.Stream.State.Channel;
        await script.SendAsync(Filler(1, 1000));
        await script.EchoAsync();

        serving.Return();

        RawFrame stop = (await script.ReadAsync())!;
        stop.Kind.Should().Be(FrameKind.StreamStop);
        Numbers(stop).Should().Equal(1, P2pErrorCode.None);
        (await script.ReadAsync())!.Kind.Should().Be(FrameKind.StreamEnd);
        channel.Settings.Received.Used.Should().Be(0);
        channel.Streams.Count.Should().Be(1, "the peer has not ended it");
        await script.SendAsync(Filler(1, 1000), End1);
        await QuietAsync(channel);
    }

    [Test]
    public async Task Read_GivesCreditBackInStepsOfLessThanHalfTheWindow()
    {
        const int Step = StreamScript.Window * 3 / 8;
        await using StreamScript script = await StreamScript.StartAsync();
        StreamServing serving = await script.ServeAsync(1);
        await script.SendAsync(Filler(1, StreamScript.Window));
        await script.EchoAsync();

        await serving.Stream.ReadExactlyAsync(new byte[Step - 1]).Soon();
        (await script.EchoAsync()).Should().BeEmpty();
        await serving.Stream.ReadExactlyAsync(new byte[1]).Soon();
        RawFrame credit = (await script.End.ReadAsync())!;
        await serving.Stream.ReadExactlyAsync(new byte[StreamScript.Window - Step]).Soon();
        RawFrame rest = (await script.End.ReadAsync())!;

        (credit.Kind, rest.Kind).Should().Be((FrameKind.StreamCredit, FrameKind.StreamCredit));
        Numbers(credit).Should().Equal(1, Step);
        Numbers(rest)[1].Should().BeInRange(Step, StreamScript.Window - Step);
    }

    [Test]
    public async Task Write_NeverSendsMoreThanThePeerTakes()
    {
        await using StreamScript script = await StreamScript.StartAsync(window: 1000);
        StreamServing serving = await script.ServeAsync(1);
        Task writing = serving.Stream.WriteAsync(new byte[3500]).AsTask();

        int sent = 0;
        int allowed = 1000;
        foreach (int more in (int[])[1, 999, 1400])
        {
            await script.SendAsync(Frame(FrameKind.StreamCredit, 1, more));
            allowed += more;
            while (sent < allowed)
                sent += (await script.ReadAsync())!.Body.Length - 1;
            sent.Should().Be(allowed);
        }

        (await script.EchoAsync()).Should().BeEmpty();
        writing.IsCompleted.Should().BeFalse();
        await script.SendAsync(Frame(FrameKind.StreamCredit, 1, 100));
        await writing.Soon();
    }

    [Test]
    public async Task Open_ByTheNode_NumbersInItsOrder()
    {
        await using StreamScript script = await StreamScript.StartAsync();

        for (int i = 0; i < 3; i++)
        {
            await using P2pStream stream = await script.Node.OpenStreamAsync(script.PeerId, "s/1").Soon();
            stream.Abort(64);
            (await script.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.StreamOpen, [(byte)(2 + (2 * i)), 1]), "s/1 is the peer's second");
            (await script.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.StreamAbort, [(byte)(2 + (2 * i)), 64]));
        }
    }

    [Test]
    public async Task Open_ToAProtocolThePeerDoesNotName_FailsBeforeAByteIsSent()
    {
        await using StreamScript script = await StreamScript.StartAsync();

        P2pSendException failure = (await FluentActions.Awaiting(() => script.Node.OpenStreamAsync(script.PeerId, "m/1").Soon()).Should().ThrowAsync<P2pSendException>()).Which;

        failure.Reason.Should().Be(P2pReason.ProtocolNotSupported);
        (await script.EchoAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Open_MoreThanThereMayBe_FailsUntilOneIsClosed()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.StreamsPerPeer = 1);
        P2pStream first = await script.Node.OpenStreamAsync(script.PeerId, "s/1").Soon();
        Func<Task> open = () => script.Node.OpenStreamAsync(script.PeerId, "s/1").Soon();

        (await open.Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.TooManyStreams);
        await first.DisposeAsync().Soon();
        (await open.Should().ThrowAsync<P2pSendException>("the peer has not ended it")).Which.Reason.Should().Be(P2pReason.TooManyStreams);
        await script.SendAsync(Frame(FrameKind.StreamEnd, 2));
        await script.EchoAsync();

        await open.Should().NotThrowAsync();
    }

    [Test]
    public async Task Open_WhenTheSendQueueIsFull_WaitsAndACancelledOneLeavesNoGap()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.SendQueueBytes = 64 * 1024, window: 10_000_000);
        StreamServing serving = await script.ServeAsync(1);
        Task writing = serving.Stream.WriteAsync(new byte[1_000_000]).AsTask();
        await script.FullAsync();
        using var cancel = new CancellationTokenSource();
        Task<P2pStream>[] opens = [.. Enumerable.Range(0, 3).Select(i => script.Node.OpenStreamAsync(script.PeerId, "s/1", i == 1 ? cancel.Token : default).AsTask())];
        opens.Should().OnlyContain(open => !open.IsCompleted);

        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => opens[1].Soon()).Should().ThrowAsync<OperationCanceledException>();
        List<int> opened = [];
        while (opened.Count < 2)
        {
            RawFrame frame = (await script.ReadAsync())!;
            if (frame.Kind == FrameKind.StreamOpen)
                opened.Add(Numbers(frame)[0]);
        }

        opened.Should().Equal(2, 4);
        ((await opens[0].Soon()).State.Number, (await opens[2].Soon()).State.Number).Should().Be((2, 4));
        serving.Stream.State.Channel.Streams.Count.Should().Be(3);
        script.End.Transport.Abort();
        await FluentActions.Awaiting(() => writing.Soon()).Should().ThrowAsync<P2pStreamException>();
    }

    [Test]
    public async Task Connection_ThatIsLostWhileOpensWait_FailsThemWithItsReason()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.SendQueueBytes = 64 * 1024, window: 10_000_000);
        StreamServing serving = await script.ServeAsync(1);
        Task writing = serving.Stream.WriteAsync(new byte[1_000_000]).AsTask();
        await script.FullAsync();
        Task<P2pStream> open = script.Node.OpenStreamAsync(script.PeerId, "s/1").AsTask();
        Task<int> reading = serving.Stream.ReadAsync(new byte[1]).AsTask();

        script.End.Transport.Abort();

        (await FluentActions.Awaiting(() => open.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.Lost);
        (await FluentActions.Awaiting(() => writing.Soon()).Should().ThrowAsync<P2pStreamException>()).Which.Reason.Should().Be(P2pReason.Lost);
        (await FluentActions.Awaiting(() => reading.Soon()).Should().ThrowAsync<P2pStreamException>()).Which.Reason.Should().Be(P2pReason.Lost);
        serving.Return();
        await QuietAsync(serving.Stream.State.Channel);
    }

    [Test]
    public async Task Data_BeyondWhatTheNodeKeeps_ClosesTheConnection()
    {
        await using StreamScript script = await StreamScript.StartAsync(options => options.Limits.ReceiveQueueBytesTotal = 1024 * 1024);
        List<StreamServing> servings = [];
        for (int i = 0; i < 64; i++)
        {
            servings.Add(await script.ServeAsync(1 + (2 * i)));
            await script.SendAsync(Filler(1 + (2 * i), StreamScript.Window));
        }

        (await script.EchoAsync()).Should().BeEmpty("just so much may be kept");
        await script.ServeAsync(129);
        await script.SendAsync(Data(129, 1));

        (await script.ReadAsync()).Should().BeEquivalentTo(new RawFrame(FrameKind.Close, [(byte)CloseCode.Overload]));
        script.Node.GetStatus().LimitRejections["receive_queue_bytes_total"].Should().Be(1);
        await Waiting.UntilAsync(() => servings[0].Stream.State.Channel.Settings.Received.Used == 0);
    }

    [Test]
    public async Task Take_AStreamCutAtEveryByte_IsTheSame()
    {
        await using StreamScript script = await StreamScript.StartAsync();
        byte[] data = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];

        int stream = 1;
        int length = Script(stream).Length;
        for (int cut = 1; cut < length; cut++, stream += 2)
        {
            byte[] bytes = Script(stream);
            await script.End.SendBytesAsync(script.End.Seal(bytes.AsSpan(0, cut)));
            await script.End.SendBytesAsync(script.End.Seal(bytes.AsSpan(cut)));
            StreamServing serving = await script.ServedAsync();
            (await StreamsTests.ReadAllAsync(serving.Stream)).Should().Equal(data);
            serving.Return();
            (await script.ReadAsync())!.Kind.Should().Be(FrameKind.StreamEnd);
        }

        byte[] Script(int number) => [.. Open(number), .. Data(number, data[..7]), .. Data(number, data[7..]), .. Frame(FrameKind.StreamCredit, number, 1), .. Frame(FrameKind.StreamEnd, number)];
    }

    private static TestCaseData Case(string name, params byte[][] frames) => new TestCaseData((object)frames).SetArgDisplayNames(name);
}
