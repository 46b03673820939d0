using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Answers as a scripted peer gives them, the wrong ones too.</summary>
internal sealed class ResponseFramesTests
{
    [Test]
    public async Task Response_InPiecesMixedWithOthers_IsPutTogether()
    {
        await using RawTalk talk = await StartAsync();
        Task<ReadOnlyMemory<byte>>[] asked = [.. Enumerable.Range(0, 3).Select(i => talk.AskAsync(new[] { (byte)i }))];
        int[] numbers = [(await talk.ReadAsync(FrameKind.Request)).Number, (await talk.ReadAsync(FrameKind.Request)).Number, (await talk.ReadAsync(FrameKind.Request)).Number];

        for (byte piece = 0; piece < 4; piece++)
        {
            foreach (int number in numbers)
                await talk.RespondPartAsync(number, [.. Enumerable.Repeat((byte)(piece + (16 * number)), 30_000)]);
        }

        await talk.RespondAsync(numbers[2]);
        await talk.RespondAsync(numbers[0], 1);
        await talk.FailAsync(numbers[1], 64, "no");

        (await asked[0].Soon()).Length.Should().Be(120_001);
        (await asked[2].Soon()).ToArray().Should().Equal(Enumerable.Range(0, 4).SelectMany(piece => Enumerable.Repeat((byte)(piece + (16 * numbers[2])), 30_000)));
        (await FluentActions.Awaiting(() => asked[1].Soon()).Should().ThrowAsync<P2pRemoteException>()).Which.Code.Should().Be(64);
        await talk.EmptyAsync();
        talk.Channel.Outgoing.InFlight.Should().Be(0);
        talk.Channel.MessagesIn.Should().Be(2, "a Failure is no message");
    }

    [TestCase(FrameKind.Response, new byte[] { 0 })]
    [TestCase(FrameKind.ResponsePart, new byte[] { 0, 1 })]
    [TestCase(FrameKind.Failure, new byte[] { 0, 1 })]
    public async Task Answer_ToNothing_IsAViolation(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await StartAsync();

        await talk.SendAsync(kind, body);

        await talk.ClosedAsync();
    }

    [TestCase(FrameKind.Response, new byte[] { 1 })]
    [TestCase(FrameKind.ResponsePart, new byte[] { 1, 1 })]
    [TestCase(FrameKind.Failure, new byte[] { 0xFF, 0xFF, 0xFF, 0x7F, 1 })]
    [TestCase(FrameKind.Response, new byte[] { 0x80 })]
    [TestCase(FrameKind.Response, new byte[] { 0x80, 0 })]
    [TestCase(FrameKind.ResponsePart, new byte[] { 0x80, 0x80 })]
    [TestCase(FrameKind.ResponsePart, new byte[] { 0 })]
    [TestCase(FrameKind.Failure, new byte[] { 0 })]
    [TestCase(FrameKind.Failure, new byte[] { 0, 0x80 })]
    [TestCase(FrameKind.Failure, new byte[] { 0, 0x80, 0 })]
    [TestCase(FrameKind.Failure, new byte[] { 0, 0x80, 0x80, 0x80, 0x80 })]
    [TestCase(FrameKind.Failure, new byte[] { 0x80, 0x80, 0x80, 0x80, 1 })]
    public async Task Answer_MalformedOrToAnotherNumber_FailsWhatIsInFlight(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await StartAsync();
        Task asked = talk.AskAsync(new byte[] { 1 });
        (await talk.ReadAsync(FrameKind.Request)).Number.Should().Be(0);

        await talk.SendAsync(kind, body);

        await talk.ClosedAsync();
        await FailsAsync(asked, P2pReason.ProtocolError);
    }

    [Test]
    public async Task Failure_TextAtTheLimitAndBeyond_IsTakenAndAViolation()
    {
        await using RawTalk talk = await StartAsync();
        Task first = talk.AskAsync(new byte[] { 1 });
        await talk.ReadAsync(FrameKind.Request);
        await talk.FailAsync(0, P2pErrorCode.Last, new string('a', 256));
        P2pRemoteException thrown = (await FluentActions.Awaiting(() => first.Soon()).Should().ThrowAsync<P2pRemoteException>()).Which;
        (thrown.Code, thrown.Message.Length).Should().Be((P2pErrorCode.Last, 256));
        Task second = talk.AskAsync(new byte[] { 1 });
        await talk.ReadAsync(FrameKind.Request);

        await talk.FailAsync(0, 1, new string('a', 257));

        await talk.ClosedAsync();
        await FailsAsync(second, P2pReason.ProtocolError);
    }

    [Test]
    public async Task Answer_Twice_IsAViolation()
    {
        await using RawTalk talk = await StartAsync();
        Task<ReadOnlyMemory<byte>> asked = talk.AskAsync(new byte[] { 1 });
        await talk.ReadAsync(FrameKind.Request);

        await talk.RespondAsync(0, 7);
        await talk.FailAsync(0, 1);

        (await asked.Soon()).ToArray().Should().Equal(7);
        await talk.ClosedAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Response_LargerThanTaken_IsAViolationWantedOrNot(bool cancelled)
    {
        await using RawTalk talk = await StartAsync(options => options.Limits.MaxMessageBytes = 100_000);
        using var cancel = new CancellationTokenSource();
        Task asked = talk.AskAsync(new byte[] { 1 }, cancel.Token);
        await talk.ReadAsync(FrameKind.Request);
        await talk.RespondPartAsync(0, new byte[60_000]);
        if (cancelled)
        {
            await cancel.CancelAsync();
            await talk.ReadAsync(FrameKind.Cancel);
        }

        await talk.RespondPartAsync(0, new byte[40_000]);
        await talk.SilentAsync();
        await talk.RespondAsync(0, 1);

        await talk.ClosedAsync();
        if (cancelled)
            await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<OperationCanceledException>();
        else
            await FailsAsync(asked, P2pReason.ProtocolError);
    }

    [Test]
    public async Task Response_BeyondWhatTheNodeKeeps_EndsTheConnection()
    {
        await using RawTalk talk = await StartAsync(options => options.Limits.ReceiveQueueBytesTotal = 1024 * 1024);
        Task[] asked = [talk.AskAsync(new byte[] { 1 }), talk.AskAsync(new byte[] { 2 })];

        for (int i = 0; i < 18; i++)
            await talk.RespondPartAsync(i % 2, new byte[60_000]);

        await talk.ClosedAsync(P2pReason.Overload);
        foreach (Task task in asked)
            await FailsAsync(task, P2pReason.Overload);
        talk.Node.GetStatus().LimitRejections["receive_queue_bytes_total"].Should().Be(1);
    }

    [Test]
    public async Task Cancel_InTheMidstOfTheResponse_FreesWhatHasCome()
    {
        await using RawTalk talk = await StartAsync();
        using var cancel = new CancellationTokenSource();
        Task asked = talk.AskAsync(new byte[] { 1 }, cancel.Token);
        await talk.ReadAsync(FrameKind.Request);
        await talk.RespondPartAsync(0, new byte[60_000]);
        await talk.SilentAsync();
        talk.Channel.Settings.Received.Used.Should().Be(60_000);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<OperationCanceledException>();
        talk.Channel.Settings.Received.Used.Should().Be(0);
        (await talk.ReadAsync(FrameKind.Cancel)).Number.Should().Be(0);
        // The number is another's only when the rest has come.
        Task<ReadOnlyMemory<byte>> next = talk.AskAsync(new byte[] { 2 });
        (await talk.ReadAsync(FrameKind.Request)).Number.Should().Be(1);
        await talk.RespondPartAsync(0, 9);
        await talk.RespondAsync(0, 9);
        await talk.RespondAsync(1, 5);
        (await next.Soon()).ToArray().Should().Equal(5);
        talk.Channel.Outgoing.InFlight.Should().Be(0);
    }

    [Test]
    public async Task Deadline_TellsThePeerAndTakesALateAnswer()
    {
        await using RawTalk talk = await StartAsync();
        Task asked = talk.AskAsync(new byte[] { 1 });
        await talk.ReadAsync(FrameKind.Request);

        talk.Net.Clock.Advance(RequestBench.Timeout);

        await FailsAsync(asked, P2pReason.RequestTimeout);
        (await talk.ReadAsync(FrameKind.Cancel)).Number.Should().Be(0);
        await talk.FailAsync(0, P2pErrorCode.Cancelled);
        await talk.SilentAsync();
        talk.Channel.Outgoing.InFlight.Should().Be(0);
    }

    private static Task<RawTalk> StartAsync(Action<P2pNodeOptions>? configure = null) => RawTalk.StartAsync(RequestBench.EchoAsync, configure);

    private static async Task FailsAsync(Task asked, P2pReason reason) =>
        (await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(reason);
}
