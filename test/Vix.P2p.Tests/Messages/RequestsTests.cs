using System.Buffers;
using System.Collections.Concurrent;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Requests that are answered.</summary>
internal sealed class RequestsTests
{
    private const int MiB = 1024 * 1024;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(32)]
    [TestCase(16 * 1024)]
    [TestCase((16 * 1024) + 1)]
    [TestCase(64 * 1024)]
    [TestCase(300_000)]
    [TestCase(MiB)]
    public async Task Request_OfAnySize_IsAnsweredAsItIs(int length)
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);
        byte[] payload = Bytes(length, length);
        var buffer = new ArrayBufferWriter<byte>();

        ReadOnlyMemory<byte> response = await bench.AskAsync(payload).Soon();
        await bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, payload, buffer).Soon();

        response.Span.SequenceEqual(payload).Should().BeTrue();
        buffer.WrittenSpan.SequenceEqual(payload).Should().BeTrue();
    }

    [Test]
    public async Task Request_Answered_IsCountedOnBothSides()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);

        for (int i = 0; i < 10; i++)
            await bench.AskAsync(new byte[i * 20_000]).Soon();

        foreach (P2pNode node in (P2pNode[])[bench.A, bench.B])
            node.GetStatus().Should().Match<NodeStatus>(status => status.MessagesIn == 10 && status.MessagesOut == 10 && status.HandlerFailures == 0);
    }

    [Test]
    public async Task Requests_OneAfterTheOther_UseOneNumber()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);

        for (int i = 0; i < 100; i++)
            (await bench.AskAsync(new[] { (byte)i }).Soon()).ToArray().Should().Equal((byte)i);

        await bench.QuietAsync();
        bench.ChannelOfA.Outgoing.Numbers.Should().Be(1);
    }

    [Test]
    public async Task Requests_WithoutConcurrency_AreHandledInTheirOrderAndOneByOne()
    {
        var order = new ConcurrentQueue<int>();
        int running = 0;
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            Interlocked.Increment(ref running).Should().Be(1);
            order.Enqueue(BitConverter.ToInt32(context.Payload.Span));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            await context.ReplyAsync(context.Payload);
        });

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => bench.AskAsync(BitConverter.GetBytes(i)))).Soon();

        order.Should().Equal(Enumerable.Range(0, 200));
    }

    [Test]
    public async Task Requests_InFlight_AreAnsweredInAnyOrder()
    {
        const int count = 64;
        TaskCompletionSource[] release = [.. Enumerable.Range(0, count).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        await using RequestBench bench = await RequestBench.StartAsync(
            async context =>
            {
                await release[context.Payload.Span[0]].Task;
                await context.ReplyAsync(context.Payload);
            },
            concurrency: count);

        Task<ReadOnlyMemory<byte>>[] asked = [.. Enumerable.Range(0, count).Select(i => bench.AskAsync(new[] { (byte)i }))];
        foreach (int i in Enumerable.Range(0, count).Reverse())
        {
            asked[i].IsCompleted.Should().BeFalse();
            release[i].SetResult();
            (await asked[i].Soon()).ToArray().Should().Equal((byte)i);
        }
    }

    [Test]
    public async Task Requests_BeyondTheNumbers_WaitAndAreAllAnswered()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync, configure: options => options.Limits.RequestsPerPeer = 3);

        ReadOnlyMemory<byte>[] responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => bench.AskAsync(BitConverter.GetBytes(i)))).Soon();

        responses.Select(response => BitConverter.ToInt32(response.Span)).Should().Equal(Enumerable.Range(0, 100));
        bench.ChannelOfA.Outgoing.Numbers.Should().Be(3);
        bench.B.GetStatus().LimitRejections["requests_per_peer"].Should().Be(0, "the other side has the same limit, and counts as this one does");
    }

    [Test]
    public async Task Requests_BothWaysAtOnce_AreAnswered()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);
        byte[] payload = Bytes(100_000, 1);

        ReadOnlyMemory<byte>[] responses = await Task.WhenAll(
            Enumerable.Range(0, 40).SelectMany(_ => new[] { bench.AskAsync(payload), bench.B.RequestAsync(bench.IdOfA, RequestBench.Protocol, payload).AsTask() })).Soon();

        responses.Select(response => response.Span.SequenceEqual(payload)).Should().OnlyContain(same => same);
    }

    [Test]
    public async Task Requests_WhoseHandlersAskBack_DoNotLockUp()
    {
        RequestBench? bench = null;
        await using RequestBench made = bench = await RequestBench.StartAsync(async context =>
            await context.ReplyAsync(await context.Node.RequestAsync(context.Peer.Id, RequestBench.Protocol, context.Payload)));

        (await bench.AskAsync(Bytes(200_000, 2)).Soon()).Length.Should().Be(200_000);
    }

    [Test]
    public async Task Request_PayloadOfTheHandler_IsWhatCame()
    {
        P2pPeer? peer = null;
        string? protocol = null;
        await using RequestBench bench = await RequestBench.StartAsync(context =>
        {
            (peer, protocol) = (context.Peer, context.Protocol);
            return context.ReplyAsync(new[] { (byte)context.Payload.Length });
        });

        (await bench.AskAsync(new byte[77]).Soon()).ToArray().Should().Equal(77);

        peer!.Id.Should().Be(bench.IdOfA);
        peer.NodeId.Should().Be("a");
        protocol.Should().Be(RequestBench.Protocol);
    }

    [Test]
    public async Task Request_ResponseWriterThatThrows_FailsThatRequestAlone()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);

        Func<Task> asking = () => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, new byte[5], new BrokenWriter()).Soon();

        await asking.Should().ThrowAsync<NotSupportedException>();
        (await bench.AskAsync(new byte[] { 9 }).Soon()).ToArray().Should().Equal(9);
    }

    [Test]
    public async Task Request_AwaitedTwice_FailsTheSecondTime()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);

        ValueTask<ReadOnlyMemory<byte>> request = bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, new byte[] { 1 });
        await request;
        Task<ReadOnlyMemory<byte>> next = bench.AskAsync(new byte[] { 2 });

        FluentActions.Invoking(() => request.IsCompleted).Should().Throw<InvalidOperationException>();
        (await next.Soon()).ToArray().Should().Equal(2);
    }

    [Test]
    public async Task Request_ResultAskedForTooEarly_IsRefusedAndAnsweredLater()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RequestBench bench = await RequestBench.StartAsync(async context =>
        {
            await release.Task;
            await context.ReplyAsync(context.Payload);
        });

        ValueTask<ReadOnlyMemory<byte>> request = bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, new byte[] { 1 });

        FluentActions.Invoking(() => request.GetAwaiter().GetResult()).Should().Throw<InvalidOperationException>();
        release.SetResult();
        (await request.Soon()).ToArray().Should().Equal(1);
    }

    [Test]
    public async Task Request_ThatCannotBeSent_FailsBeforeAByteIsSent()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync, configure: options =>
        {
            if (options.NodeId == "b")
                options.Limits.MaxMessageBytes = 1024;
        });
        PeerId nobody = new(new byte[PeerId.ByteLength]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await RefusedAsync(() => bench.A.RequestAsync(nobody, RequestBench.Protocol, default), P2pReason.NotConnected);
        await RefusedAsync(() => bench.A.RequestAsync(bench.IdOfB, "other/1", default), P2pReason.ProtocolNotSupported);
        await RefusedAsync(() => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, new byte[1025]), P2pReason.MessageTooLarge);
        await FluentActions.Awaiting(() => bench.AskAsync(default, cancelled.Token)).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, default, new ArrayBufferWriter<byte>(), null, cancelled.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();

        (await bench.AskAsync(new byte[1024]).Soon()).Length.Should().Be(1024, "that is not too large");
        bench.A.GetStatus().MessagesOut.Should().Be(1);
    }

    [Test]
    public async Task Request_WrongArguments_Throw()
    {
        await using RequestBench bench = await RequestBench.StartAsync(RequestBench.EchoAsync);
        var buffer = new ArrayBufferWriter<byte>();

        await FluentActions.Awaiting(() => bench.A.RequestAsync(bench.IdOfB, null!, default).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, default, null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        foreach (TimeSpan wrong in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1), TimeSpan.FromDays(1) + TimeSpan.FromTicks(1), System.Threading.Timeout.InfiniteTimeSpan])
            await FluentActions.Awaiting(() => bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, default, buffer, wrong).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        foreach (TimeSpan right in (TimeSpan[])[TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)])
            await bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, default, buffer, right).Soon();
    }

    private static async Task RefusedAsync(Func<ValueTask<ReadOnlyMemory<byte>>> asking, P2pReason reason) =>
        (await FluentActions.Awaiting(() => asking().Soon()).Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(reason);

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class BrokenWriter : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new NotSupportedException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
    }
}
