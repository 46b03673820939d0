using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Connections;

/// <summary>What the records to come look like: whole frames, no larger than a record, nothing lost and nothing turned round.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SendQueueBlockTests : IDisposable
{
    private const int Limit = 64 * 1024 * 1024;

    private readonly ByteBudget _budget = new(Limit);
    private readonly SendQueue _queue;

    public SendQueueBlockTests() => _queue = new SendQueue(Limit, _budget);

    public void Dispose() => _queue.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Add_WhateverSizes_GivesBackWhatWasPutInWholeAndInOrder(int seed)
    {
        var random = new Random(seed);
        List<(OutgoingFrame Frame, byte[] Payload)> put = [];
        for (int i = 0; i < 400; i++)
        {
            byte[] payload = new byte[Size(random)];
            random.NextBytes(payload);
            OutgoingFrame frame = Frame(random);
            put.Add((frame, payload));
            Put(frame, payload);
        }

        List<SendBlock> blocks = TakeAll();
        List<(FrameKind Kind, byte[] Body)> frames = [.. blocks.SelectMany(Read)];

        blocks.Should().OnlyContain(block => block.Length > 0 && block.Length <= RecordSealer.MaxPlaintext);
        RecordSealer.MaxPlaintext.Should().Be(65_519);
        using IEnumerator<(FrameKind Kind, byte[] Body)> next = frames.GetEnumerator();
        foreach ((OutgoingFrame frame, byte[] payload) in put)
            Joined(next, frame).Should().Equal(payload);
        next.MoveNext().Should().BeFalse("nothing else was put in");
        blocks.Sum(block => block.Messages).Should().Be(put.Count(one => one.Frame.IsMessage));
        Costs(blocks).Should().Be(put.Sum(one => (long)Math.Max(SendQueue.LeastCost, one.Payload.Length)));
        SendAll(blocks);
        _budget.Used.Should().Be(0);
        _queue.Length.Should().Be(0);
        _queue.Unsent.Should().Be(0);
    }

    [Test]
    public void Add_APieceThatIsCut_LeavesNoEndOfLessThanALeastFrame()
    {
        OutgoingFrame frame = OutgoingFrame.Message(0);
        for (int before = 40_000; before < 61_300; before += 7)
        {
            Put(OutgoingFrame.Message(1), new byte[before]);
            Put(frame, new byte[16 * 1024]);

            List<SendBlock> blocks = TakeAll();
            int[] pieces = [.. blocks.SelectMany(Read).Where(one => one.Body[0] == 0).Select(one => one.Body.Length - 1)];
            pieces.Sum().Should().Be(16 * 1024);
            pieces.Should().OnlyContain(piece => piece >= SendQueue.LeastCost);
            SendAll(blocks);
        }
    }

    [Test]
    public void Add_LittleRoomLeftInTheRecord_BeginsTheNextOneInsteadOfCutting()
    {
        Put(OutgoingFrame.Message(1), new byte[65_519 - 4_000]);
        Put(OutgoingFrame.Message(2), new byte[5_000]);

        List<SendBlock> blocks = TakeAll();
        blocks.Should().HaveCount(2);
        Read(blocks[1]).Should().ContainSingle().Which.Body.Should().HaveCount(5_001);
        SendAll(blocks);
    }

    [Test]
    public void Add_LargePayload_IsCutIntoRecordsOfFullLength()
    {
        Put(OutgoingFrame.Message(3), new byte[1024 * 1024]);

        List<SendBlock> blocks = TakeAll();
        blocks.Should().HaveCount(17);
        blocks.SkipLast(1).Should().OnlyContain(block => block.Length > RecordSealer.MaxPlaintext - 8);
        blocks.SelectMany(Read).Select(one => one.Kind).Should().Equal([.. Enumerable.Repeat(FrameKind.MessagePart, 16), FrameKind.Message]);
        blocks.Select(block => block.Messages).Should().Equal([.. Enumerable.Repeat(0, 16), 1]);
        SendAll(blocks);
    }

    [Test]
    public void TryTakeBlock_ManySmallFrames_AreOneBlockUntilItIsFull()
    {
        for (int i = 0; i < 1_000; i++)
            Put(OutgoingFrame.Message(0), new byte[32]);

        List<SendBlock> blocks = TakeAll();

        blocks.Should().ContainSingle().Which.Messages.Should().Be(1_000);
        Costs(blocks).Should().Be(1_000 * SendQueue.LeastCost);
        SendAll(blocks);
    }

    [Test]
    public void TryTakeBlock_AfterABlockOfSomeSize_TheNextOnesArrayIsThatLargeAtOnce()
    {
        Put(OutgoingFrame.Message(0), new byte[3_000]);
        SendAll(TakeAll());
        Put(OutgoingFrame.Message(0), [1]);

        List<SendBlock> blocks = TakeAll();
        blocks.Should().ContainSingle().Which.Array.Length.Should().BeGreaterThanOrEqualTo(3_000);
        SendAll(blocks);
        Put(OutgoingFrame.Message(0), [1]);
        List<SendBlock> last = TakeAll();
        last.Should().ContainSingle().Which.Array.Length.Should().BeLessThan(3_000, "what an idle connection sends takes little again");
        SendAll(last);
    }

    [Test]
    public void Added_BlocksBegun_CountsEachOnce()
    {
        _queue.Added.Should().Be(0);
        Put(OutgoingFrame.Message(0), [1]);
        Put(OutgoingFrame.Message(0), [1]);
        _queue.Added.Should().Be(1);
        Put(OutgoingFrame.Message(0), new byte[200_000]);
        _queue.Added.Should().Be(4);
        List<SendBlock> blocks = TakeAll();
        blocks.Should().HaveCount(4);
        _queue.Added.Should().Be(4);
        Put(OutgoingFrame.Message(0), []);
        _queue.Added.Should().Be(5);
        SendAll(blocks);
    }

    [Test]
    public void Sent_NotGone_KeepsTheMessagesAsUnsentAndFreesTheBytes()
    {
        Put(OutgoingFrame.Message(0), [1]);
        Put(OutgoingFrame.StreamData(1), [1]);
        List<SendBlock> blocks = TakeAll();
        _queue.Unsent.Should().Be(1);

        _queue.Sent(blocks[0], gone: false);

        _queue.Unsent.Should().Be(1, "it was taken and never handed to the transport");
        _budget.Used.Should().Be(0);
    }

    [Test]
    public void TryReserveBeyond_FullQueue_TakesTheReserveAndNoMore()
    {
        var budget = new ByteBudget(1_000);
        using var queue = new SendQueue(1_000, budget);
        queue.TryReserve(1_000).Should().Be(SendQueueResult.Added);
        queue.TryReserve(1).Should().Be(SendQueueResult.Full);

        int beyond = 0;
        while (queue.TryReserveBeyond(SendQueue.LeastCost))
            beyond++;

        beyond.Should().Be(SendQueue.Reserve / SendQueue.LeastCost);
        budget.Used.Should().Be(1_000 + SendQueue.Reserve, "what may not wait counts, also beyond the limit of the node");
    }

    [Test]
    public void IsLow_HalfOfTheLimit_IsTheEdge()
    {
        using var queue = new SendQueue(1_000, new ByteBudget(10_000));
        queue.TryReserve(500);
        queue.IsLow.Should().BeTrue();
        queue.TryReserve(1);
        queue.IsLow.Should().BeFalse();
    }

    private static int Size(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => random.Next(1, 64),
        2 => random.Next(64, 2_000),
        3 => random.Next(2_000, 10_000),
        4 => random.Next(65_400, 65_600),
        5 => random.Next(131_000, 131_200),
        6 => random.Next(0, 300_000),
        _ => random.Next(0, 200),
    };

    private static OutgoingFrame Frame(Random random) => random.Next(4) switch
    {
        0 => OutgoingFrame.Message((byte)random.Next(64)),
        1 => OutgoingFrame.Request((byte)random.Next(64), random.Next(1 << 28)),
        2 => OutgoingFrame.Response(random.Next(1 << 28)),
        _ => OutgoingFrame.Message((byte)random.Next(64)),
    };

    private static long Costs(IEnumerable<SendBlock> blocks) => blocks.Sum(block => (long)block.Cost);

    // The pieces of one payload: parts, and one that ends it.
    private static byte[] Joined(IEnumerator<(FrameKind Kind, byte[] Body)> frames, OutgoingFrame frame)
    {
        List<byte> payload = [];
        byte[] prefix = new byte[8];
        int length = frame.Prefix.Write(prefix);
        while (frames.MoveNext())
        {
            frames.Current.Kind.Should().Be(frames.Current.Kind == frame.Whole ? frame.Whole : frame.Part);
            frames.Current.Body[..length].Should().Equal(prefix[..length]);
            payload.AddRange(frames.Current.Body[length..]);
            if (frames.Current.Kind == frame.Whole)
                break;
            frames.Current.Body.Length.Should().BeGreaterThan(length, "a part has a payload");
        }

        return [.. payload];
    }

    // A reader a block: a frame that spans two would not be whole in either.
    private static List<(FrameKind Kind, byte[] Body)> Read(SendBlock block)
    {
        using var reader = new FrameReader();
        List<(FrameKind, byte[])> frames = [];
        ReadOnlySpan<byte> rest = block.Array.AsSpan(0, block.Length);
        FrameStatus status;
        while ((status = reader.TryRead(ref rest, out FrameKind kind, out ReadOnlySpan<byte> body)) == FrameStatus.Ok)
            frames.Add((kind, body.ToArray()));
        status.Should().Be(FrameStatus.NeedMore);
        reader.HasPartial.Should().BeFalse("no frame spans two blocks");
        return frames;
    }

    private void Put(in OutgoingFrame frame, byte[] payload)
    {
        int cost = Math.Max(SendQueue.LeastCost, payload.Length);
        _queue.TryReserve(cost).Should().Be(SendQueueResult.Added);
        ReadOnlySpan<byte> rest = payload;
        do
            rest = rest[_queue.Add(frame, rest, last: true)..];
        while (!rest.IsEmpty);
        _queue.Charge(cost - payload.Length);
    }

    private List<SendBlock> TakeAll()
    {
        List<SendBlock> blocks = [];
        while (_queue.TryTakeBlock(out SendBlock block))
            blocks.Add(block);
        return blocks;
    }

    private void SendAll(IEnumerable<SendBlock> blocks)
    {
        foreach (SendBlock block in blocks)
            _queue.Sent(block, gone: true);
    }
}
