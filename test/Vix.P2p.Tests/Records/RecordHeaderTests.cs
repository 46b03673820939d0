using System.Buffers;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

internal sealed class RecordHeaderTests
{
    [TestCase(new byte[0], RecordStatus.NeedMore, 0)]
    [TestCase(new byte[] { 0 }, RecordStatus.NeedMore, 0)]
    [TestCase(new byte[] { 0, 0 }, RecordStatus.BadLength, 0)]
    [TestCase(new byte[] { 0, 16 }, RecordStatus.BadLength, 0)]
    [TestCase(new byte[] { 0, 17 }, RecordStatus.Ok, 17)]
    [TestCase(new byte[] { 1, 2, 3, 4 }, RecordStatus.Ok, 258)]
    [TestCase(new byte[] { 255, 255 }, RecordStatus.Ok, 65_535)]
    public void TryReadLength_AnyInput_IsTheTable(byte[] input, RecordStatus status, int length)
    {
        RecordHeader.TryReadLength(new ReadOnlySequence<byte>(input), out int read).Should().Be(status);
        read.Should().Be(length);
    }

    [Test]
    public void TryReadLength_PrefixInTwoSegments_IsJoined()
    {
        Segment last = new([7], 1);
        Segment first = new([1], 0);
        first.Append(last);

        RecordHeader.TryReadLength(new ReadOnlySequence<byte>(first, 0, last, 1), out int length).Should().Be(RecordStatus.Ok);
        length.Should().Be(263);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public void Append(Segment next) => Next = next;
    }
}
