using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Who is sent when, with a far end that keeps its own books of the credit.</summary>
internal sealed class OutboxTests
{
    private static readonly string[] Three = ["a/1", "b/1", "c/1"];

    [TestCase(11)]
    [TestCase(12)]
    public async Task SendAsync_ManyOfOneProtocol_ArriveInTheirOrder(int seed)
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, options => options.Limits.SendQueueBytes = 64 * 1024);
        var random = new Random(seed);
        List<byte[]> sent = [.. Enumerable.Range(0, 200).Select(i => Payload(random, i))];
        Task[] sends = [.. sent.Select(payload => bench.SendAsync("b/1", payload).AsTask())];

        var account = new CreditAccount(1024 * 1024);
        foreach (byte[] payload in sent)
            (await NextAsync(bench, account, giveBack: true)).Should().Equal(payload);

        await Task.WhenAll(sends).Soon();
        bench.Channel.MessagesOut.Should().Be(200);
        bench.Channels.Waiting.Count.Should().Be(0);
        (await bench.Writer.FlushAsync().Soon()).Should().BeTrue();
        bench.Settings.Budget.Used.Should().Be(0);
        bench.Writer.Queue.Unsent.Should().Be(0);

        static byte[] Payload(Random random, int i)
        {
            byte[] payload = new byte[4 + random.Next(3) switch { 0 => random.Next(100), 1 => random.Next(20_000), _ => random.Next(100_000) }];
            BitConverter.TryWriteBytes(payload, i);
            return payload;
        }
    }

    [Test]
    public async Task SendAsync_SmallOneBehindALargeOneOfAnotherProtocol_WaitsForATurnOrTwo()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, options => options.Limits.SendQueueBytes = 64 * 1024);
        TaskCompletionSource release = bench.HoldFlushes();
        while (bench.Channel.TrySend("c/1", new byte[1_000]) == P2pReason.None)
        {
        }

        Task large = bench.SendAsync("a/1", new byte[1024 * 1024]).AsTask();
        Task small = bench.SendAsync("b/1", "small"u8.ToArray()).AsTask();
        bench.Channels.Waiting.Count.Should().Be(2);
        release.SetResult();

        long before = 0;
        while (await bench.Far.ReadAsync() is { } frame && !(frame.Kind == FrameKind.Message && frame.Body[0] == 1))
            before += frame.Body[0] == 0 ? frame.Body.Length - 1 : 0;
        before.Should().BeInRange(1, 2 * 16 * 1024, "the large one began first, and its turn ended");
        await small.Soon();
        (await bench.ReadMessageAsync(0)).Length.Should().BeLessThanOrEqualTo(1024 * 1024);
        await large.Soon();
    }

    [Test]
    public async Task TrySend_OthersWaitForRoom_DoesNotGoBeforeThem()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, options => options.Limits.SendQueueBytes = 64 * 1024);
        TaskCompletionSource release = bench.HoldFlushes();
        while (bench.Channel.TrySend("c/1", new byte[1_000]) == P2pReason.None)
        {
        }

        bench.Settings.Limits.Rejections(NodeLimit.SendQueueBytes).Should().Be(1);
        Task waits = bench.SendAsync("a/1", new byte[30_000]).AsTask();
        bench.Channel.TrySend("b/1", [1]).Should().Be(P2pReason.SendQueueFull, "somebody waits for room");
        waits.IsCompleted.Should().BeFalse();
        release.SetResult();
        await waits.Soon();

        await Waiting.UntilAsync(() => bench.Channel.TrySend("b/1", [1]) == P2pReason.None);
        await bench.ReadMessageAsync(1);
    }

    [Test]
    public async Task TrySend_CreditToTheLastByte_IsSpentAndNoMore()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, maxMessage: 1_024);
        var account = new CreditAccount(1_024);
        int sent = 0;
        while (bench.Channel.TrySend("a/1", new byte[1_000]) == P2pReason.None)
            sent++;
        sent.Should().Be((1_024 + 262_144) / 1_000);
        bench.Settings.Limits.Rejections(NodeLimit.SendQueueBytes).Should().Be(0, "it is not the queue that is full");

        // 168 are left. A message of more than 64 bytes may be cut and is only sent where 64 would be left for its end.
        bench.Channel.TrySend("a/1", new byte[105]).Should().Be(P2pReason.SendQueueFull);
        bench.Channel.TrySend("a/1", new byte[104]).Should().Be(P2pReason.None);
        bench.Channel.TrySend("a/1", []).Should().Be(P2pReason.None);
        bench.Channel.TrySend("a/1", []).Should().Be(P2pReason.SendQueueFull, "nothing is left");
        await bench.Far.SendBytesAsync(bench.Far.Seal(account.Give(0, 63)));
        await EchoAsync(bench, account);
        bench.Channel.TrySend("a/1", []).Should().Be(P2pReason.SendQueueFull, "63 are not enough for a frame");
        await bench.Far.SendBytesAsync(bench.Far.Seal(account.Give(0, 1)));
        await EchoAsync(bench, account);
        bench.Channel.TrySend("a/1", [7]).Should().Be(P2pReason.None);

        bench.Channel.TrySend("b/1", new byte[1_000]).Should().Be(P2pReason.None, "each protocol has credit of its own");
        while (await NextAsync(bench, account, giveBack: false) is not [7])
        {
        }

        account.Left(0).Should().Be(0);
    }

    [TestCase(21)]
    [TestCase(22)]
    public async Task SendAsync_CreditComesInDrops_GoesInPiecesAndArrivesWhole(int seed)
    {
        var random = new Random(seed);
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, maxMessage: 200_000);
        var account = new CreditAccount(200_000);
        byte[][] sent = [.. Enumerable.Range(0, 8).Select(_ => new byte[random.Next(150_000, 200_000)])];
        foreach (byte[] payload in sent)
            random.NextBytes(payload);
        Task[] sends = [.. sent.Select(payload => bench.SendAsync("a/1", payload).AsTask())];
        List<byte[]> arrived = [];
        while (arrived.Count < sent.Length)
        {
            // What is given at once is often less than a frame costs.
            await bench.Far.SendBytesAsync(bench.Far.Seal(account.Give(0, random.Next(1, 3) == 1 ? random.Next(1, 130) : random.Next(1, 20_000))));
            arrived.AddRange(await EchoAsync(bench, account));
        }

        arrived.Should().HaveCount(sent.Length);
        for (int i = 0; i < sent.Length; i++)
            arrived[i].AsSpan().SequenceEqual(sent[i]).Should().BeTrue();
        await Task.WhenAll(sends).Soon();
    }

    [Test]
    public async Task SendAsync_LargestMessageWithAllElseHeldBack_StillFits()
    {
        const int Largest = 1024 * 1024;
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three);
        var account = new CreditAccount(Largest);
        // A receiver may hold back less than 196,608: with just that missing the largest message must go, in pieces too.
        for (int held = 0; held + 1_000 < 196_608; held += 1_000)
            bench.Channel.TrySend("a/1", new byte[1_000]).Should().Be(P2pReason.None);
        await EchoAsync(bench, account);
        TaskCompletionSource release = bench.HoldFlushes();
        while (bench.Channel.TrySend("b/1", new byte[1_000]) == P2pReason.None)
        {
        }

        Task send = bench.SendAsync("a/1", new byte[Largest]).AsTask();
        send.IsCompleted.Should().BeFalse();
        bench.BeforeFlush = () => Task.CompletedTask;
        release.SetResult();

        while ((await NextAsync(bench, account, giveBack: false)).Length != Largest)
        {
        }

        await send.Soon();
    }

    [Test]
    public async Task SendAsync_WrongOrTooLarge_FailsBeforeAByteIsSent()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, maxMessage: 1_000);

        (await FailureAsync(bench.SendAsync("d/1", default))).Reason.Should().Be(P2pReason.ProtocolNotSupported);
        P2pSendException large = await FailureAsync(bench.SendAsync("a/1", new byte[1_001]));
        large.Reason.Should().Be(P2pReason.MessageTooLarge);
        large.Message.Should().Contain("1001").And.Contain("1000").And.Contain("OpenStreamAsync");
        bench.Channel.TrySend("d/1", []).Should().Be(P2pReason.ProtocolNotSupported);
        bench.Channel.TrySend("a/1", new byte[1_001]).Should().Be(P2pReason.MessageTooLarge);
        bench.Channel.TrySend("a/1", new byte[1_000]).Should().Be(P2pReason.None);
        bench.Channel.MessagesOut.Should().Be(1);
        (await bench.ReadMessageAsync(0)).Should().HaveCount(1_000);
    }

    [Test]
    public async Task SendAsync_BudgetOfTheNodeUsedUp_WaitsUntilItIsFreeAgain()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three, options => options.Limits.SendQueueBytesTotal = 1024 * 1024);
        bench.Settings.Budget.TryTake(1024 * 1024 - 100).Should().BeTrue();

        bench.Channel.TrySend("a/1", new byte[200]).Should().Be(P2pReason.SendQueueFull);
        bench.Settings.Limits.Rejections(NodeLimit.SendQueueBytesTotal).Should().Be(1);
        Task waits = bench.SendAsync("a/1", new byte[200]).AsTask();
        Task behind = bench.SendAsync("b/1", new byte[] { 1 }).AsTask();
        bench.Channel.Tick();
        waits.IsCompleted.Should().BeFalse();
        bench.Settings.Budget.Give(1024 * 1024 - 100);
        bench.Channel.Tick();

        await waits.Soon();
        await behind.Soon();
        (await bench.ReadMessageAsync(0)).Should().HaveCount(200);
        await bench.ReadMessageAsync(1);
    }

    [Test]
    public async Task SendNow_PeerTakesNothing_ClosesTheConnectionInsteadOfKeepingMore()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(Three);
        TaskCompletionSource release = bench.HoldFlushes();
        for (int i = 0; i < 100_000 && bench.Connection.Reason == P2pReason.None; i++)
            bench.Channel.SendNow(OutgoingFrame.Single(FrameKind.Cancel, FramePrefix.Varint(i)), default);

        bench.Connection.Reason.Should().Be(P2pReason.Overload);
        bench.Writer.QueuedBytes.Should().BeLessThanOrEqualTo(bench.Settings.SendQueueBytes + SendQueue.Reserve);
        bench.Channel.TrySend("a/1", [1]).Should().Be(P2pReason.Overload);
        release.SetResult();
    }

    // All that has come until the connection has taken what was sent to it.
    private static async Task<List<byte[]>> EchoAsync(ChannelBench bench, CreditAccount account)
    {
        await bench.Far.SendAsync(FrameKind.Ping, RawEnd.Token(77));
        List<byte[]> whole = [];
        while (await bench.Far.ReadAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.Pong)
                return whole;
            if (account.Take(frame) is { } payload)
                whole.Add(payload);
        }

        throw new InvalidOperationException("The connection has ended.");
    }

    private static async Task<byte[]> NextAsync(ChannelBench bench, CreditAccount account, bool giveBack)
    {
        while (await bench.Far.ReadAsync() is { } frame)
        {
            byte[]? payload = account.Take(frame);
            if (giveBack && account.Owed.GetValueOrDefault(frame.Body[0]) >= 128 * 1024 && !account.Begun.Contains(frame.Body[0]))
                await bench.Far.SendBytesAsync(bench.Far.Seal(account.GiveBack(frame.Body[0])));
            if (payload is not null)
                return payload;
        }

        throw new InvalidOperationException("The connection has ended.");
    }

    private static async Task<P2pSendException> FailureAsync(ValueTask send)
    {
        Func<Task> wait = () => send.AsTask().Soon();
        return (await wait.Should().ThrowAsync<P2pSendException>()).Which;
    }
}
