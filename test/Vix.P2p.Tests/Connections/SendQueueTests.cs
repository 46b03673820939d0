using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SendQueueTests : IDisposable
{
    private readonly ByteBudget _budget = new(limit: 1000);
    private readonly SendQueue _queue;
    private readonly List<SendBlock> _taken = [];

    public SendQueueTests()
    {
        _queue = new SendQueue(limit: 300, _budget);
        _queue.Open();
    }

    public void Dispose() => _queue.Dispose();

    [Test]
    public void Take_AllKinds_PutsHeartbeatsFirstAndCloseLast()
    {
        TryAdd(FrameKind.FirstExtension, [1]);
        _queue.Ping(7);
        TryAdd(FrameKind.FirstExtension, [2]);
        _queue.Pong(8);
        _queue.Close(CloseCode.Normal);

        Take().Should().Equal(
            [.. RawEnd.Frame(FrameKind.Pong, RawEnd.Token(8)), .. RawEnd.Frame(FrameKind.Ping, RawEnd.Token(7)), .. RawEnd.Frame(FrameKind.FirstExtension, 1), .. RawEnd.Frame(FrameKind.FirstExtension, 2), .. RawEnd.Frame(FrameKind.Close, 0)]);
        _queue.IsEmpty.Should().BeTrue();
    }

    [Test]
    public void Close_BeforeReady_EndsWithoutBeingTheFirstFrame()
    {
        using SendQueue queue = new(limit: 300, _budget);

        queue.Close(CloseCode.Normal);

        queue.HasClose.Should().BeFalse();
        queue.IsEnded.Should().BeTrue();
    }

    [Test]
    public void Pong_SeveralUnsent_KeepsTheNewest()
    {
        for (ulong i = 0; i < 100; i++)
            _queue.Pong(i);

        Take().Should().Equal(RawEnd.Frame(FrameKind.Pong, RawEnd.Token(99)));
    }

    [Test]
    public void TryAdd_OverThePeersLimit_IsFullAndTakesNothing()
    {
        TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Added);

        TryAdd(FrameKind.FirstExtension, new byte[101]).Should().Be(SendQueueResult.Full);

        _queue.Length.Should().Be(200);
        _budget.Used.Should().Be(200);
        Take().Should().HaveCount(203);
    }

    [Test]
    public void TryAdd_UpToTheByteOfTheLimit_IsAdded()
    {
        TryAdd(FrameKind.FirstExtension, new byte[301]).Should().Be(SendQueueResult.Full);
        TryAdd(FrameKind.FirstExtension, new byte[300]).Should().Be(SendQueueResult.Added);
    }

    [Test]
    public void TryAdd_OverTheNodesBudget_IsNodeFullAndTakesNothing()
    {
        _budget.TryTake(900).Should().BeTrue();

        TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.NodeFull);

        _budget.Used.Should().Be(900);
        _queue.Length.Should().Be(0);
    }

    [Test]
    public void TryAdd_WhileBytesAreBeingSent_CountsThemUntilSent()
    {
        TryAdd(FrameKind.FirstExtension, new byte[200]);
        Take();

        TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Full);
        _queue.Length.Should().Be(200);
        _queue.IsEmpty.Should().BeTrue("nothing waits for the writer");
        Sent();

        _queue.Length.Should().Be(0);
        _budget.Used.Should().Be(0);
        TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Added);
    }

    [Test]
    public void Control_QueueFull_HasRoomOfItsOwn()
    {
        TryAdd(FrameKind.FirstExtension, new byte[300]);

        _queue.Pong(1);
        _queue.Ping(2);
        _queue.Close(CloseCode.Overload);

        Take().Should().HaveCount(303 + 10 + 10 + 3);
    }

    [Test]
    public void Close_Once_NothingIsTakenAfterIt()
    {
        _queue.Close(CloseCode.Stale);

        TryAdd(FrameKind.FirstExtension, [1]).Should().Be(SendQueueResult.Ended);
        _queue.Ping(1);
        _queue.Pong(2);
        _queue.Close(CloseCode.Normal);

        Take().Should().Equal(RawEnd.Frame(FrameKind.Close, (byte)CloseCode.Stale));
    }

    [Test]
    public void End_WithBytes_KeepsThemAndTakesNoMore()
    {
        TryAdd(FrameKind.FirstExtension, [1]);
        _queue.End();

        TryAdd(FrameKind.FirstExtension, [2]).Should().Be(SendQueueResult.Ended);
        _queue.Pong(3);

        Take().Should().Equal(RawEnd.Frame(FrameKind.FirstExtension, 1));
    }

    [Test]
    public void Dispose_WithBytesWaitingAndSending_GivesTheWholeBudgetBackOnce()
    {
        TryAdd(FrameKind.FirstExtension, new byte[100]);
        Take();
        TryAdd(FrameKind.FirstExtension, new byte[100]);

        _queue.Dispose();
        _queue.Dispose();
        _budget.Used.Should().Be(100, "what is being sent counts until its sender lets go of it");
        Sent();

        _budget.Used.Should().Be(0);
        _queue.IsEmpty.Should().BeTrue();
    }

    // As the writer does it: a frame counts its body, and 64 at least.
    private SendQueueResult TryAdd(FrameKind kind, byte[] body)
    {
        int cost = Math.Max(SendQueue.LeastCost, body.Length);
        SendQueueResult result = _queue.TryReserve(cost);
        if (result != SendQueueResult.Added)
            return result;
        _queue.Add(OutgoingFrame.Single(kind, default), body, last: true).Should().Be(body.Length);
        _queue.Charge(cost - body.Length);
        return result;
    }

    // All that waits, in the order in which the writer takes it.
    private byte[] Take()
    {
        byte[] room = new byte[100_000];
        int length = _queue.TakeHeartbeats(room);
        while (_queue.TryTakeBlock(out SendBlock block))
        {
            _taken.Add(block);
            block.Array.AsSpan(0, block.Length).CopyTo(room.AsSpan(length));
            length += block.Length;
        }

        return room[..(length + _queue.TakeClose(room.AsSpan(length)))];
    }

    private void Sent()
    {
        foreach (SendBlock block in _taken)
            _queue.Sent(block, gone: true);
        _taken.Clear();
    }
}
