using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>What is done with messages that come, by a far end that the test plays frame by frame.</summary>
internal sealed class ReceiveLaneTests
{
    private static readonly string[] None = [];

    [TestCase(31, 1)]
    [TestCase(32, 1)]
    [TestCase(33, 4)]
    public async Task Message_CutAnyhowOverFramesAndRecords_IsHandledWholeAndInOrder(int seed, int concurrency)
    {
        var random = new Random(seed);
        List<byte[]> handled = [];
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", Keep, concurrency));
        List<byte[]> sent = [];
        List<byte> stream = [];
        for (int i = 0; i < 60; i++)
        {
            byte[] payload = new byte[random.Next(3) switch { 0 => random.Next(3), 1 => random.Next(3_000), _ => random.Next(60_000) }];
            random.NextBytes(payload);
            sent.Add(payload);
            int at = 0;
            while (at < payload.Length && random.Next(3) != 0)
            {
                int piece = random.Next(1, Math.Min(65_000, payload.Length - at) + 1);
                stream.AddRange(RawEnd.Frame(FrameKind.MessagePart, [0, .. payload.AsSpan(at, piece)]));
                at += piece;
            }

            stream.AddRange(RawEnd.Frame(FrameKind.Message, [0, .. payload.AsSpan(at)]));
            if (stream.Count > 400_000)
                await SendAsync();
        }

        await SendAsync();
        await Waiting.UntilAsync(() => bench.IsQuiet && Count() == sent.Count);

        IEnumerable<string> order = handled.Select(Convert.ToHexString);
        if (concurrency == 1)
            order.Should().Equal(sent.Select(Convert.ToHexString));
        else
            order.Should().BeEquivalentTo(sent.Select(Convert.ToHexString));
        bench.Channel.MessagesIn.Should().Be(sent.Count);

        int Count()
        {
            lock (handled)
                return handled.Count;
        }

        ValueTask Keep(P2pMessageContext context)
        {
            lock (handled)
                handled.Add(context.Payload.ToArray());
            return ValueTask.CompletedTask;
        }

        async Task SendAsync()
        {
            int expected = sent.Count;
            byte[] bytes = [.. stream];
            stream.Clear();
            for (int at = 0; at < bytes.Length;)
            {
                int length = random.Next(1, Math.Min(RecordSealer.MaxPlaintext, bytes.Length - at) + 1);
                await bench.Far.SendBytesAsync(bench.Far.Seal(bytes.AsSpan(at, length)));
                at += length;
            }

            // The credit of what was handled is back, or held back within what is allowed.
            await Waiting.UntilAsync(() => Count() == expected);
        }
    }

    [Test]
    public async Task Message_BehindAHandlerThatOutlivesTheNode_IsForgotten()
    {
        int handled = 0;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", async _ =>
        {
            Interlocked.Increment(ref handled);
            await release.Task;
        }));
        for (byte i = 0; i < 10; i++)
            await bench.Far.SendAsync(FrameKind.Message, [0, i]);
        await Waiting.UntilAsync(() => bench.Channel.MessagesIn == 10 && Volatile.Read(ref handled) == 1);

        bench.Channels.IsOver = true;
        release.SetResult();
        await bench.Channels.Work.WhenAllAsync().Soon();

        handled.Should().Be(1);
        bench.Channels.Received.Used.Should().Be(0);
    }

    [Test]
    public async Task Message_CutAtEveryByteOverTwoRecords_IsTheSame()
    {
        List<byte[]> handled = [];
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", context =>
        {
            lock (handled)
                handled.Add(context.Payload.ToArray());
            return ValueTask.CompletedTask;
        }));
        byte[] frames = [.. RawEnd.Frame(FrameKind.MessagePart, 0, 1, 2), .. RawEnd.Frame(FrameKind.Message, 0, 3), .. RawEnd.Frame(FrameKind.Message, 0)];
        for (int cut = 1; cut < frames.Length; cut++)
        {
            await bench.Far.SendBytesAsync(bench.Far.Seal(frames.AsSpan(0, cut)));
            await bench.Far.SendBytesAsync(bench.Far.Seal(frames.AsSpan(cut)));
        }

        await Waiting.UntilAsync(() => bench.Channel.MessagesIn == 2 * (frames.Length - 1) && bench.IsQuiet);
        handled.Select(Convert.ToHexString).Should().Equal(Enumerable.Repeat<string[]>(["010203", ""], frames.Length - 1).SelectMany(both => both));
    }

    [Test]
    public async Task Handler_Throws_IsLoggedOnceAndTheOthersGoOn()
    {
        int handled = 0;
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols:
        [
            ChannelBench.Takes("a/1", context => context.Payload.Span[0] == 1 ? throw new InvalidOperationException("boom") : Count()),
            ChannelBench.Takes("b/1", async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            }),
        ]);

        await bench.Far.SendAsync(FrameKind.Message, 0, 1);
        await bench.Far.SendAsync(FrameKind.Message, 1, 1);
        await bench.Far.SendAsync(FrameKind.Message, 0, 2);
        await Waiting.UntilAsync(() => bench.IsQuiet && Volatile.Read(ref handled) == 1 && bench.Counters.HandlerFailures == 2);

        bench.Log.Lines.Where(line => line.Level == LogLevel.Error).Select(line => (line.Id, line.Exception!.Message)).Should().BeEquivalentTo([(1500, "boom"), (1500, "later")]);
        bench.Connection.Reason.Should().Be(P2pReason.None);

        ValueTask Count()
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }
    }

    [Test]
    public async Task Handler_ThrowsAThousandTimes_WritesTwentyLinesAtErrorAndCountsAll()
    {
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", _ => throw new InvalidOperationException("boom")));
        for (int i = 0; i < 1_000; i++)
            await bench.Far.SendAsync(FrameKind.Message, 0);

        await Waiting.UntilAsync(() => bench.IsQuiet && bench.Counters.HandlerFailures == 1_000);
        bench.Log.Lines.Count(line => line.Level == LogLevel.Error).Should().Be(20);
    }

    [Test]
    public async Task Handler_NeverReturns_StopsItsOwnProtocolOnly()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int others = 0;
        await using ChannelBench bench = await ChannelBench.OpenAsync(["a/1"], protocols:
        [
            ChannelBench.Takes("a/1", async _ => await hold.Task),
            ChannelBench.Takes("b/1", _ =>
            {
                Interlocked.Increment(ref others);
                return ValueTask.CompletedTask;
            }),
        ]);
        int sent = 0;
        for (int left = 1024 * 1024 + 262_144; left >= 60_000; left -= 60_000, sent++)
            await bench.Far.SendAsync(FrameKind.Message, [0, .. new byte[60_000]]);
        await bench.Far.SendAsync(FrameKind.Message, 1);
        await bench.EchoAsync();

        await Waiting.UntilAsync(() => Volatile.Read(ref others) == 1);
        bench.Channel.TrySend("a/1", [1]).Should().Be(P2pReason.None);
        bench.Channels.Received.Used.Should().Be(sent * 60_000);
        bench.Channels.Work.Count.Should().Be(1);
        bench.Connection.Reason.Should().Be(P2pReason.None);
        hold.SetResult();

        long back = 0;
        while (back < (sent * 60_000) - 196_608)
        {
            RawFrame frame = (await bench.Far.ReadAsync())!;
            if (frame.Kind != FrameKind.Credit)
                continue;
            frame.Body[0].Should().Be(0);
            ReadOnlySpan<byte> body = frame.Body.AsSpan(1);
            FrameCodec.TryTakeVarint(ref body, out int bytes).Should().BeTrue();
            back += bytes;
        }

        await Waiting.UntilAsync(() => bench.IsQuiet);
        back.Should().BeLessThanOrEqualTo(sent * 60_000);
    }

    [Test]
    public async Task Concurrency_OfThree_RunsThreeAtOnceAndNoMore()
    {
        int running = 0;
        int most = 0;
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", async _ =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await hold.Task;
            Interlocked.Decrement(ref running);
        }, concurrency: 3));
        for (int i = 0; i < 10; i++)
            await bench.Far.SendAsync(FrameKind.Message, 0, (byte)i);
        await bench.EchoAsync();

        await Waiting.UntilAsync(() => Volatile.Read(ref running) == 3);
        bench.Channels.Work.Count.Should().Be(3);
        hold.SetResult();

        await Waiting.UntilAsync(() => bench.IsQuiet);
        most.Should().Be(3);
        running.Should().Be(0);

        static void InterlockedMax(ref int most, int value)
        {
            int seen;
            while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
            {
            }
        }
    }

    [Test]
    public async Task Close_BehindMessages_TheyAreHandledAllTheSame()
    {
        int handled = 0;
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", async _ =>
        {
            await Task.Yield();
            Interlocked.Increment(ref handled);
        }));
        List<byte> record = [];
        for (int i = 0; i < 1_000; i++)
            record.AddRange(RawEnd.Frame(FrameKind.Message, 0, 1));
        record.AddRange(RawEnd.Frame(FrameKind.MessagePart, 0, 1));
        record.AddRange(RawEnd.Frame(FrameKind.Close, 0));

        await bench.Far.SendBytesAsync(bench.Far.Seal([.. record]));
        await bench.Far.HalfCloseAsync();

        (await bench.EndedAsync()).Should().Be(P2pReason.Normal);
        await Waiting.UntilAsync(() => Volatile.Read(ref handled) == 1_000 && bench.IsQuiet);
    }

    [Test]
    public async Task Discard_OfWhatWasBegun_GivesItsCreditBackAndTheNextIsWhole()
    {
        List<byte[]> handled = [];
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, protocols: ChannelBench.Takes("a/1", context =>
        {
            lock (handled)
                handled.Add(context.Payload.ToArray());
            return ValueTask.CompletedTask;
        }));
        var account = 1024L * 1024 + 262_144;
        for (int i = 0; i < 60; i++)
        {
            await bench.Far.SendAsync(FrameKind.MessagePart, [0, .. new byte[60_000]]);
            await bench.Far.SendAsync(FrameKind.Discard, 0);
            account -= 60_000;
            while (account < 120_000)
            {
                // Only what was given back lets it go on: in all three times of what there is at the start.
                RawFrame frame = (await bench.Far.ReadAsync())!;
                ReadOnlySpan<byte> body = frame.Body.AsSpan(1);
                if (frame.Kind == FrameKind.Credit && FrameCodec.TryTakeVarint(ref body, out int bytes))
                    account += bytes;
            }
        }

        await bench.Far.SendAsync(FrameKind.Message, 0, 5);
        await Waiting.UntilAsync(() => bench.Channel.MessagesIn == 1 && bench.IsQuiet);
        handled.Should().ContainSingle().Which.Should().Equal(5);
    }

    [Test]
    public async Task Received_MoreThanTheNodeKeeps_ClosesTheConnectionAsOverload()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChannelBench bench = await ChannelBench.OpenAsync(None, options => options.Limits.ReceiveQueueBytesTotal = 1024 * 1024, protocols: ChannelBench.Takes("a/1", async _ => await hold.Task));
        bench.Channels.Received.TryTake(900 * 1024);
        for (int i = 0; i < 5 && bench.Connection.Reason == P2pReason.None; i++)
            await bench.Far.SendAsync(FrameKind.Message, [0, .. new byte[60_000]]);

        await Waiting.UntilAsync(() => bench.Connection.Reason != P2pReason.None);
        bench.Connection.Reason.Should().Be(P2pReason.Overload);
        bench.Settings.Limits.Rejections(NodeLimit.ReceiveQueueBytesTotal).Should().BeGreaterThanOrEqualTo(1);
        hold.SetResult();
        bench.Channels.Received.Give(900 * 1024);
        await bench.Far.HalfCloseAsync();
        await bench.EndedAsync();
        await Waiting.UntilAsync(() => bench.IsQuiet);
    }
}
