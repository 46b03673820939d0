using System.Collections.Concurrent;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>How a wait ends: by its turn, by its token, by the clock, by the end of the connection, and only once.</summary>
internal sealed class PendingSendTests
{
    private const int Small = 1_024;
    private const int Credit = Small + 262_144;

    private static readonly string[] Two = ["a/1", "b/1"];
    private static readonly byte[] Last = [0xFF, 0xFF, 0xFF, 0xFF];

    [Test]
    public async Task Cancel_BeforeItHasBegun_SendsNothingOfItAndTheNextGoes()
    {
        await using ChannelBench bench = await EmptyAsync();
        using var cancel = new CancellationTokenSource();
        Task first = bench.SendAsync("a/1", Payload(1), cancel.Token).AsTask();
        Task second = bench.SendAsync("a/1", Payload(2)).AsTask();

        await cancel.CancelAsync();

        (await Cancelled(first)).Should().Be(cancel.Token);
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 10_000)));
        (await bench.ReadMessageAsync(0)).Should().Equal(Payload(2));
        await second.Soon();
        bench.Channels.Waiting.Count.Should().Be(0);
    }

    [Test]
    public async Task Cancel_TokenIsCancelledAlready_TakesNothing()
    {
        await using ChannelBench bench = await EmptyAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Cancelled(bench.SendAsync("b/1", Payload(1), cancel.Token).AsTask());

        long before = bench.Channel.MessagesOut;
        bench.Channel.TrySend("b/1", Payload(2)).Should().Be(P2pReason.None);
        bench.Channel.MessagesOut.Should().Be(before + 1);
        (await bench.ReadMessageAsync(1)).Should().Equal(Payload(2));
    }

    [Test]
    public async Task Cancel_BegunAndWaitingForMore_SendsDiscardBeforeTheNextOfItsRow()
    {
        await using ChannelBench bench = await EmptyAsync(left: 600);
        using var cancel = new CancellationTokenSource();
        Task first = bench.SendAsync("a/1", Payload(1, Small), cancel.Token).AsTask();
        Task second = bench.SendAsync("a/1", Payload(2)).AsTask();
        RawFrame part = (await bench.Far.ReadAsync())!;
        part.Kind.Should().Be(FrameKind.MessagePart);
        part.Body.Length.Should().BeInRange(2, 601);

        await cancel.CancelAsync();
        await Cancelled(first);
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 10_000)));

        RawFrame discard = (await bench.Far.ReadAsync())!;
        (discard.Kind, discard.Body[0]).Should().Be((FrameKind.Discard, (byte)0));
        RawFrame next = (await bench.Far.ReadAsync())!;
        next.Kind.Should().Be(FrameKind.Message);
        next.Body[1..].Should().Equal(Payload(2));
        await second.Soon();
    }

    [Test]
    public async Task Cancel_WhoStoodBehindNeedsLess_GoesAtOnce()
    {
        await using ChannelBench bench = await EmptyAsync(left: 100);
        using var cancel = new CancellationTokenSource();
        Task first = bench.SendAsync("a/1", Payload(1, Small), cancel.Token).AsTask();
        Task second = bench.SendAsync("a/1", Payload(2, 10)).AsTask();
        second.IsCompleted.Should().BeFalse();

        await cancel.CancelAsync();

        await Cancelled(first);
        await second.Soon();
        (await bench.ReadMessageAsync(0)).Should().Equal(Payload(2, 10));
    }

    [Test]
    public async Task Cancel_InTheMiddleOfARow_LeavesTheOthersInTheirOrder()
    {
        await using ChannelBench bench = await EmptyAsync();
        using var cancel = new CancellationTokenSource();
        Task[] sends = [.. Enumerable.Range(0, 9).Select(i => bench.SendAsync("a/1", Payload(i), i % 3 == 1 ? cancel.Token : default).AsTask())];

        await cancel.CancelAsync();
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 100_000)));

        foreach (int i in (int[])[0, 2, 3, 5, 6, 8])
        {
            (await bench.ReadMessageAsync(0)).Should().Equal(Payload(i));
            await sends[i].Soon();
        }

        foreach (int i in (int[])[1, 4, 7])
            await Cancelled(sends[i]);
    }

    [Test]
    public async Task Tick_NothingOfTheRowIsTakenForSendTimeout_FailsAllThatWaitedSoLong()
    {
        await using ChannelBench bench = await EmptyAsync();
        Task first = bench.SendAsync("a/1", Payload(1)).AsTask();
        Task second = bench.SendAsync("a/1", Payload(2)).AsTask();
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        Task third = bench.SendAsync("a/1", Payload(3)).AsTask();

        bench.Clock.Advance(TimeSpan.FromSeconds(19.9));
        bench.Channel.Tick();
        first.IsCompleted.Should().BeFalse();
        bench.Clock.Advance(TimeSpan.FromSeconds(0.1));
        bench.Channel.Tick();

        P2pSendException failure = await FailureAsync(first);
        (failure.Reason, failure.Protocol).Should().Be((P2pReason.SendTimeout, "a/1"));
        (await FailureAsync(second)).Reason.Should().Be(P2pReason.SendTimeout);
        third.IsCompleted.Should().BeFalse("it has not waited for 30 s");
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 10_000)));
        await third.Soon();
        (await bench.ReadMessageAsync(0)).Should().Equal(Payload(3));
    }

    [Test]
    public async Task Tick_TheRowMovesOn_FailsNobodyHoweverLongTheRowIs()
    {
        await using ChannelBench bench = await EmptyAsync();
        Task[] sends = [.. Enumerable.Range(0, 6).Select(i => bench.SendAsync("a/1", Payload(i, Small)).AsTask())];

        foreach (Task send in sends)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(29));
            bench.Channel.Tick();
            await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, Small + 64)));
            await send.Soon();
        }
    }

    [Test]
    public async Task Tick_BegunAndStuck_SendsDiscardAndFails()
    {
        await using ChannelBench bench = await EmptyAsync(left: 600);
        Task send = bench.SendAsync("a/1", Payload(1, Small)).AsTask();
        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.MessagePart);
        bench.Clock.Advance(TimeSpan.FromSeconds(30));

        bench.Channel.Tick();

        (await FailureAsync(send)).Reason.Should().Be(P2pReason.SendTimeout);
        (await bench.Far.ReadAsync())!.Kind.Should().Be(FrameKind.Discard);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Close_WithManyWaiting_FailsAllWithItsReason(bool abort)
    {
        await using ChannelBench bench = await EmptyAsync();
        Task[] sends = [.. Enumerable.Range(0, 20).Select(i => bench.SendAsync("a/1", Payload(i)).AsTask())];

        if (abort)
            bench.Connection.Abort(P2pReason.Requested);
        else
            bench.Connection.Close(P2pReason.Requested, CloseCode.Normal);

        foreach (Task send in sends)
            (await FailureAsync(send)).Reason.Should().Be(P2pReason.Requested);
        (await FailureAsync(bench.SendAsync("b/1", Payload(1)).AsTask())).Reason.Should().Be(P2pReason.Requested);
        bench.Channel.TrySend("b/1", [1]).Should().Be(P2pReason.Requested);
        bench.Channels.Waiting.Count.Should().Be(0);
    }

    [Test]
    public async Task GetResult_ASecondTime_ThrowsAndTakesNothingFromTheNextUser()
    {
        await using ChannelBench bench = await EmptyAsync();
#pragma warning disable CA2012 // Just that is tried.
        ValueTask first = bench.SendAsync("a/1", Payload(1));
#pragma warning restore CA2012
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 500)));
        await bench.ReadMessageAsync(0);
        await Waiting.UntilAsync(() => first.IsCompleted);
        first.GetAwaiter().GetResult();
        Task next = bench.SendAsync("a/1", Payload(2, Small)).AsTask();
        FluentActions.Invoking(() => first.GetAwaiter().GetResult()).Should().Throw<InvalidOperationException>();
        next.IsCompleted.Should().BeFalse();
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 2_000)));

        await next.Soon();
    }

    [TestCase(101)]
    [TestCase(102)]
    [TestCase(103)]
    public async Task SendAsync_ManyThreadsAndTokens_CompletesOrCancelsEachAndTheFarEndSeesJustThat(int seed)
    {
        const int Threads = 6;
        const int Each = 200;
        await using ChannelBench bench = await ChannelBench.OpenAsync(Two, options => options.Limits.SendQueueBytes = 64 * 1024, maxMessage: 32 * 1024);
        var taken = new ConcurrentDictionary<int, bool>();
        Task[] producers = [.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() => ProduceAsync(bench, thread, new Random(seed * 100 + thread), taken)))];
        Task<HashSet<int>> reading = ReadToTheEndAsync(bench);
        await Task.WhenAll(producers).Soon();
        // In each row behind all that was taken.
        await bench.SendAsync("a/1", Last).Soon();
        await bench.SendAsync("b/1", Last).Soon();
        HashSet<int> arrived = await reading.Soon();

        arrived.Should().BeEquivalentTo(taken.Where(one => one.Value).Select(one => one.Key));
        taken.Should().HaveCount(Threads * Each);
        taken.Values.Count(done => !done).Should().BeGreaterThan(0, "else nothing was cancelled");
        await Waiting.UntilAsync(() => bench.IsQuiet);

        static async Task ProduceAsync(ChannelBench bench, int thread, Random random, ConcurrentDictionary<int, bool> taken)
        {
            for (int i = 0; i < Each; i++)
            {
                int id = (thread * Each) + i;
                byte[] payload = new byte[4 + random.Next(random.Next(4) == 0 ? 30_000 : 2_000)];
                payload.AsSpan().Fill((byte)id);
                BitConverter.TryWriteBytes(payload, id);
                using var cancel = new CancellationTokenSource();
                ValueTask send = bench.SendAsync(Two[random.Next(2)], payload, cancel.Token);
                Task racing = random.Next(3) == 0 ? Task.Run(cancel.Cancel) : Task.CompletedTask;
                try
                {
                    await send;
                    taken.TryAdd(id, true).Should().BeTrue();
                }
                catch (OperationCanceledException)
                {
                    taken.TryAdd(id, false).Should().BeTrue();
                }

                payload.AsSpan().Fill(0xEE);
                await racing;
            }
        }
    }

    // Reads as a peer does that gives credit back as it goes; until the last message of both rows.
    private static async Task<HashSet<int>> ReadToTheEndAsync(ChannelBench bench)
    {
        var account = new CreditAccount(32 * 1024);
        HashSet<int> arrived = [];
        int rows = Two.Length;
        while (rows > 0 && await bench.Far.ReadAsync() is { } frame)
        {
            byte[]? payload = account.Take(frame);
            if (payload is not null && payload.AsSpan().SequenceEqual(Last))
                rows--;
            else if (payload is not null)
            {
                int id = BitConverter.ToInt32(payload);
                payload.AsSpan(4).IndexOfAnyExcept((byte)id).Should().Be(-1, "a payload is left alone until its send is over");
                arrived.Add(id).Should().BeTrue("no message comes twice");
            }

            if (account.Owed.GetValueOrDefault(frame.Body[0]) > 64 * 1024)
                await bench.Far.SendBytesAsync(bench.Far.Seal(account.GiveBack(frame.Body[0])));
        }

        return arrived;
    }

    // An open connection with so much credit left for the first protocol and no more.
    private static async Task<ChannelBench> EmptyAsync(int left = 0)
    {
        ChannelBench bench = await ChannelBench.OpenAsync(Two, maxMessage: Small);
        int spend = Credit - left;
        while (spend >= 2 * Small)
            spend -= await SendAsync(Small);
        // To the last byte, by messages that leave enough for the end of the next.
        while (spend > 64)
            spend -= await SendAsync(Math.Max(64, Math.Min(Small, spend - 64)));
        if (spend == 0)
            return bench;
        await bench.Far.SendBytesAsync(bench.Far.Seal(ChannelBench.Credit(0, 64 - spend)));
        await bench.EchoAsync();
        await SendAsync(64);
        return bench;

        // What has been read is not in the test's way.
        async Task<int> SendAsync(int bytes)
        {
            bench.Channel.TrySend("a/1", new byte[bytes]).Should().Be(P2pReason.None);
            (await bench.ReadMessageAsync(0)).Should().HaveCount(bytes);
            return bytes;
        }
    }

    private static byte[] Payload(int id, int length = 200)
    {
        byte[] payload = new byte[length];
        payload.AsSpan().Fill((byte)(id + 1));
        return payload;
    }

    private static async Task<CancellationToken> Cancelled(Task send)
    {
        Func<Task> wait = () => send.Soon();
        return (await wait.Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken;
    }

    private static async Task<P2pSendException> FailureAsync(Task send)
    {
        Func<Task> wait = () => send.Soon();
        return (await wait.Should().ThrowAsync<P2pSendException>()).Which;
    }
}
