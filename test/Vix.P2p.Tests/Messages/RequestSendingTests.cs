using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests that wait for room or credit while they are sent, as a scripted peer sees them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestSendingTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task GivenUp_InTheMidstOfTheRequest_IsDiscardedAndItsNumberIsFree(bool deadline)
    {
        await using RawTalk talk = await StartAsync();
        Task first = talk.AskAsync(new byte[1024 * 1024]);
        await ReadWholeAsync(talk, 0);
        using var cancel = new CancellationTokenSource();

        Task second = talk.AskAsync(new byte[1024 * 1024], cancel.Token);
        await ReadBegunAsync(talk, 250_000);
        if (deadline)
            talk.Net.Clock.Advance(RequestBench.Timeout);
        else
            await cancel.CancelAsync();

        if (deadline)
            await FailsAsync(second, P2pReason.RequestTimeout);
        else
            await FluentActions.Awaiting(() => second.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await Waiting.UntilAsync(() => talk.Channel.Outgoing.InFlight == 1);
        talk.Channel.Settings.Waiting.Count.Should().Be(0);
        RawFrame frame;
        do
            frame = (await talk.ReadAsync())!;
        while (frame.Kind == FrameKind.RequestPart || (deadline && frame.Kind == FrameKind.Cancel && frame.Body[0] == 0));
        frame.Kind.Should().Be(FrameKind.Discard, "of a request that is not whole no answer is due, and none is cancelled");
        await talk.RespondAsync(0);
        if (deadline)
            await FailsAsync(first, P2pReason.RequestTimeout);
        else
            await first.Soon();
        await Waiting.UntilAsync(() => talk.Channel.Outgoing.InFlight == 0);
    }

    [Test]
    public async Task GivenUp_BehindAnotherRequest_NothingOfItIsSent()
    {
        await using RawTalk talk = await StartAsync();
        Task<ReadOnlyMemory<byte>> first = talk.AskAsync(new byte[1024 * 1024]);
        Task<ReadOnlyMemory<byte>> second = talk.AskAsync(new byte[1024 * 1024]);
        await ReadWholeAsync(talk, 0);
        await ReadBegunAsync(talk, 250_000);
        using var cancel = new CancellationTokenSource();

        Task third = talk.AskAsync(new byte[1], cancel.Token);
        talk.Channel.Outgoing.InFlight.Should().Be(3);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => third.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await Waiting.UntilAsync(() => talk.Channel.Outgoing.InFlight == 2);
        await talk.SendAsync(FrameKind.Credit, [0, .. RawTalk.Varint(1024 * 1024)]);
        await ReadWholeAsync(talk, 1);
        await talk.RespondAsync(0);
        await talk.RespondAsync(1);
        await Task.WhenAll(first, second).Soon();
        await talk.SilentAsync();
    }

    [TestCase(FrameKind.Response, new byte[] { 1 })]
    [TestCase(FrameKind.ResponsePart, new byte[] { 1, 1 })]
    [TestCase(FrameKind.Failure, new byte[] { 1, 5 })]
    public async Task Answer_BeforeTheRequestIsWhole_IsAViolation(FrameKind kind, byte[] body)
    {
        await using RawTalk talk = await StartAsync();
        Task first = talk.AskAsync(new byte[1024 * 1024]);
        Task second = talk.AskAsync(new byte[1024 * 1024]);
        await ReadWholeAsync(talk, 0);
        await ReadBegunAsync(talk, 250_000);

        await talk.SendAsync(kind, body);

        await talk.ClosedAsync();
        await FailsAsync(first, P2pReason.ProtocolError);
        await FailsAsync(second, P2pReason.ProtocolError);
        talk.Channel.Settings.Waiting.Count.Should().Be(0);
    }

    [Test]
    public async Task Request_ThePeerTakesNothingFor_FailsWithSendTimeoutAndFreesItsNumber()
    {
        await using RawTalk talk = await StartAsync(options =>
        {
            options.RequestTimeout = TimeSpan.FromHours(1);
            options.Limits.SendTimeout = TimeSpan.FromSeconds(1);
            options.PingInterval = TimeSpan.FromMilliseconds(500);
            options.StaleAfter = TimeSpan.FromHours(1);
            options.CloseAfter = TimeSpan.FromHours(2);
        });
        Task first = talk.AskAsync(new byte[1024 * 1024]);
        Task second = talk.AskAsync(new byte[1024 * 1024]);
        await ReadWholeAsync(talk, 0);
        await ReadBegunAsync(talk, 250_000);

        // The read loop has caught up by the answer to the first; then the second makes no progress.
        await talk.RespondAsync(0);
        await first.Soon();
        talk.Net.Clock.Advance(TimeSpan.FromSeconds(2));

        await FailsAsync(second, P2pReason.SendTimeout);
        await Waiting.UntilAsync(() => talk.Channel.Outgoing.InFlight == 0);
        RawFrame? frame;
        do
            frame = await talk.ReadAsync();
        while (frame!.Kind is FrameKind.Ping or FrameKind.RequestPart);
        frame.Kind.Should().Be(FrameKind.Discard);
    }

    [Test]
    public async Task Cancels_OfMoreThanThereIsRoomFor_DoNotEndTheConnection()
    {
        const int count = 3000;
        await using RawTalk talk = await StartAsync(options =>
        {
            options.Limits.SendQueueBytes = 64 * 1024;
            options.Limits.RequestsPerPeer = 4096;
        });
        using var cancel = new CancellationTokenSource();
        // Until the transport takes no more, so that the queue stays full.
        byte[] block = new byte[8 * 1024];
        await Waiting.UntilAsync(() => !talk.Node.TrySend(talk.Id, RawTalk.News, block, out _)
            && talk.Node.TryGetPeer(talk.Id, out PeerInfo? row) && row.BytesOut > 128 * 1024 && !talk.Node.TrySend(talk.Id, RawTalk.News, [0], out _));

        Task[] asked = [.. Enumerable.Range(0, count).Select(i => talk.AskAsync(new byte[1], cancel.Token))];
        var requests = new HashSet<int>();
        // Half are sent: those are in the queue or gone, and each cancel of one is a frame that does not wait.
        RawFrame frame;
        while (requests.Count < 500)
        {
            frame = (await talk.ReadAsync())!;
            if (frame.Kind == FrameKind.Request)
                Add(frame);
        }

        await cancel.CancelAsync();
        foreach (Task task in asked)
            await FluentActions.Awaiting(() => task.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await Waiting.UntilAsync(() => talk.Channel.Settings.Waiting.Count == 0);
        int inFlight = talk.Channel.Outgoing.InFlight;
        await talk.SendAsync(FrameKind.Ping, RawEnd.Token(1));
        int cancels = 0;
        bool pong = false;
        while (!pong || requests.Count < inFlight)
        {
            frame = (await talk.ReadAsync())!;
            pong |= frame.Kind == FrameKind.Pong;
            if (frame.Kind == FrameKind.Request)
                Add(frame);
            if (frame.Kind == FrameKind.Cancel)
                cancels++;
        }

        cancels.Should().BeLessThanOrEqualTo(inFlight);
        foreach (int number in requests)
            await talk.FailAsync(number, P2pErrorCode.Cancelled);
        await Waiting.UntilAsync(() => talk.Channel.Outgoing.InFlight == 0);
        talk.Node.GetStatus().PeersConnected.Should().Be(1);

        void Add(RawFrame request)
        {
            ReadOnlySpan<byte> rest = request.Body.AsSpan(1);
            FrameCodec.TryTakeVarint(ref rest, out int number).Should().BeTrue();
            requests.Add(number).Should().BeTrue("a number that is in flight is not used again");
        }
    }

    private static Task<RawTalk> StartAsync(Action<P2pNodeOptions>? configure = null) => RawTalk.StartAsync(RequestBench.EchoAsync, configure);

    private static async Task ReadWholeAsync(RawTalk talk, int number)
    {
        RawFrame frame;
        do
        {
            frame = (await talk.ReadAsync())!;
            frame.Body[1].Should().Be((byte)number);
        }
        while (frame.Kind == FrameKind.RequestPart);

        frame.Kind.Should().Be(FrameKind.Request);
    }

    // What there is credit for of a request, and no more.
    private static async Task ReadBegunAsync(RawTalk talk, int atLeast)
    {
        int length = 0;
        while (length < atLeast)
        {
            RawFrame frame = (await talk.ReadAsync())!;
            frame.Kind.Should().Be(FrameKind.RequestPart);
            length += frame.Body.Length - 2;
        }

        talk.Channel.Settings.Waiting.Count.Should().Be(1);
    }

    private static async Task FailsAsync(Task asked, P2pReason reason) =>
        (await FluentActions.Awaiting(() => asked.Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(reason);
}
