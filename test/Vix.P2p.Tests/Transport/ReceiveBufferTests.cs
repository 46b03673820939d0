using System.Buffers;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Tests.Transport;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReceiveBufferTests
{
    private readonly CountingPool _pool = new();
    private ReceiveBuffer _buffer;
    private byte _next;
    private byte _expected;

    [SetUp]
    public void MakeBuffer() => _buffer = new ReceiveBuffer(_pool);

    [Test]
    public void GetRoom_First_IsOneBlock()
    {
        _buffer.GetRoom().Length.Should().Be(4_096);
        _buffer.IsBulk.Should().BeFalse();
    }

    [Test]
    public void GetRoom_BlockNotFull_DoesNotGrow()
    {
        Fill(4_095);

        _buffer.GetRoom().Length.Should().Be(1);
        _pool.Bytes.Should().Be(4_096);
    }

    [Test]
    public void GetRoom_FullOfUnconsumedBytes_DoublesAndKeepsThem()
    {
        Fill(4_096);
        _buffer.GetRoom().Length.Should().Be(4_096);
        Fill(4_096);
        _buffer.GetRoom().Length.Should().Be(8_192);

        _pool.Count.Should().Be(1);
        Consume(8_192);
        _pool.Count.Should().Be(0);
    }

    [Test]
    public void GetRoom_FullAtTheLargest_Throws()
    {
        while (_buffer.Length < 131_072)
            Fill(_buffer.GetRoom().Length);

        FluentActions.Invoking(() => { _buffer.GetRoom(); }).Should().Throw<InvalidOperationException>();
        _pool.Largest.Should().Be(131_072);
    }

    [Test]
    public void GetRoom_LittleRoomBehindConsumedBytes_MovesTheRestToTheFront()
    {
        Fill(4_000);
        Consume(3_900);

        _buffer.GetRoom().Length.Should().Be(4_096 - 100);
        _pool.Rents.Should().Be(1);
        Consume(100);
    }

    [Test]
    public void GetRoom_EnoughRoomBehindConsumedBytes_MovesNothing()
    {
        Fill(2_000);
        Consume(1_900);

        _buffer.GetRoom().Length.Should().Be(4_096 - 2_000);
    }

    [Test]
    public void Add_BlocksFilled_AreRememberedAndForgottenBySmallReads()
    {
        Bulk();
        _buffer.IsBulk.Should().BeTrue();
        _buffer.GetRoom().Length.Should().Be(131_072);

        for (int i = 0; i < 5; i++)
        {
            Fill(10);
            Consume(10);
        }

        _buffer.IsBulk.Should().BeFalse();
        _buffer.GetRoom().Length.Should().Be(4_096);
    }

    [Test]
    public void Trim_AFewBytesInALargeBlock_KeepsThemInASmallOne()
    {
        Bulk();
        Fill(70_000);
        Consume(69_999);

        _buffer.Trim();

        _pool.Bytes.Should().Be(4_096);
        // The next receive has the large room again, and moves what little there is.
        _buffer.GetRoom().Length.Should().Be(131_072 - 1);
        Consume(1);
    }

    [Test]
    public void Trim_Nothing_GivesTheBlockBack()
    {
        _buffer.GetRoom();
        _buffer.Trim();

        _pool.Count.Should().Be(0);
    }

    [Test]
    public void Advance_ExaminedAll_AsksForOneMore()
    {
        Fill(10);
        ReadOnlySequence<byte> sequence = _buffer.Sequence;
        _buffer.Advance(sequence.GetPosition(4), sequence.End);

        _buffer.Length.Should().Be(6);
        _buffer.Unexamined.Should().Be(7);
        _buffer.Sequence.IsSingleSegment.Should().BeTrue();
    }

    [Test]
    public void Advance_PositionsOfAnotherBuffer_Throws()
    {
        Fill(10);
        ReadOnlySequence<byte> other = new(new byte[10]);

        FluentActions.Invoking(() => _buffer.Advance(other.Start, other.End)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void Advance_ExaminedBeforeConsumed_Throws()
    {
        Fill(10);
        ReadOnlySequence<byte> sequence = _buffer.Sequence;

        FluentActions.Invoking(() => _buffer.Advance(sequence.GetPosition(5), sequence.Start)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private void Bulk()
    {
        while (_buffer.Length < 131_072)
            Fill(_buffer.GetRoom().Length);
        Consume(131_072);
    }

    private void Fill(int count)
    {
        Span<byte> room = _buffer.GetRoom()[..count];
        foreach (ref byte b in room)
            b = _next++;
        _buffer.Add(count);
    }

    private void Consume(int count)
    {
        ReadOnlySequence<byte> taken = _buffer.Sequence.Slice(0, count);
        foreach (byte b in taken.FirstSpan)
        {
            if (b != _expected++)
                Assert.Fail("The bytes are not those that came.");
        }

        _buffer.Advance(taken.End, taken.End);
    }
}
