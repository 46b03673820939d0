using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Connections;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SendQueueTests : IDisposable
{
    private readonly SendBudget _budget = new(limit: 1000);
    private readonly SendQueue _queue;

    public SendQueueTests() => _queue = new SendQueue(limit: 300, _budget);

    public void Dispose() => _queue.Dispose();

    [Test]
    public void Take_AllKinds_PutsHeartbeatsFirstAndCloseLast()
    {
        _queue.TryAdd(FrameKind.FirstExtension, [1]);
        _queue.Ping(7);
        _queue.TryAdd(FrameKind.FirstExtension, [2]);
        _queue.Pong(8);
        _queue.Close(CloseCode.Normal);

        Take().Should().Equal(
            [.. RawEnd.Frame(FrameKind.Pong, RawEnd.Token(8)), .. RawEnd.Frame(FrameKind.Ping, RawEnd.Token(7)), .. RawEnd.Frame(FrameKind.FirstExtension, 1), .. RawEnd.Frame(FrameKind.FirstExtension, 2), .. RawEnd.Frame(FrameKind.Close, 0)]);
        _queue.IsEmpty.Should().BeTrue();
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
        _queue.TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Added);

        _queue.TryAdd(FrameKind.FirstExtension, new byte[100]).Should().Be(SendQueueResult.Full);

        _queue.Length.Should().Be(203);
        _budget.Used.Should().Be(203);
    }

    [Test]
    public void TryAdd_UpToTheByteOfTheLimit_IsAdded()
    {
        // A body of 297 takes two bytes of length: 1 + 2 + 297.
        _queue.TryAdd(FrameKind.FirstExtension, new byte[298]).Should().Be(SendQueueResult.Full);
        _queue.TryAdd(FrameKind.FirstExtension, new byte[297]).Should().Be(SendQueueResult.Added);
    }

    [Test]
    public void TryAdd_OverTheNodesBudget_IsNodeFullAndTakesNothing()
    {
        _budget.TryTake(900).Should().BeTrue();

        _queue.TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.NodeFull);

        _budget.Used.Should().Be(900);
        _queue.Length.Should().Be(0);
    }

    [Test]
    public void TryAdd_WhileBytesAreBeingSent_CountsThemUntilSent()
    {
        _queue.TryAdd(FrameKind.FirstExtension, new byte[200]);
        Take();

        _queue.TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Full);
        _queue.Length.Should().Be(203);
        _queue.IsEmpty.Should().BeTrue("nothing waits for the writer");
        _queue.Sent();

        _budget.Used.Should().Be(0);
        _queue.TryAdd(FrameKind.FirstExtension, new byte[200]).Should().Be(SendQueueResult.Added);
    }

    [Test]
    public void Control_QueueFull_HasRoomOfItsOwn()
    {
        _queue.TryAdd(FrameKind.FirstExtension, new byte[297]);

        _queue.Pong(1);
        _queue.Ping(2);
        _queue.Close(CloseCode.Overload);

        Take().Should().HaveCount(300 + 10 + 10 + 3);
    }

    [Test]
    public void Close_Once_NothingIsTakenAfterIt()
    {
        _queue.Close(CloseCode.Stale);

        _queue.TryAdd(FrameKind.FirstExtension, [1]).Should().Be(SendQueueResult.Ended);
        _queue.Ping(1);
        _queue.Pong(2);
        _queue.Close(CloseCode.Normal);

        Take().Should().Equal(RawEnd.Frame(FrameKind.Close, (byte)CloseCode.Stale));
    }

    [Test]
    public void End_WithBytes_KeepsThemAndTakesNoMore()
    {
        _queue.TryAdd(FrameKind.FirstExtension, [1]);
        _queue.End();

        _queue.TryAdd(FrameKind.FirstExtension, [2]).Should().Be(SendQueueResult.Ended);
        _queue.Pong(3);

        Take().Should().Equal(RawEnd.Frame(FrameKind.FirstExtension, 1));
    }

    [Test]
    public void Dispose_WithBytesWaitingAndSending_GivesTheWholeBudgetBackOnce()
    {
        _queue.TryAdd(FrameKind.FirstExtension, new byte[100]);
        Take();
        _queue.TryAdd(FrameKind.FirstExtension, new byte[100]);

        _queue.Dispose();
        _queue.Dispose();

        _budget.Used.Should().Be(0);
        _queue.IsEmpty.Should().BeTrue();
    }

    private byte[] Take()
    {
        byte[] room = new byte[_queue.TakeSize];
        int length = _queue.Take(room);
        length.Should().BeLessThanOrEqualTo(room.Length);
        return room[..length];
    }
}
