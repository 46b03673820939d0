using System.Buffers;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class HandshakeFrameTests
{
    [TestCase(HandshakeKind.Hello, false, 74, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Hello, false, 75, HandshakeFault.None)]
    [TestCase(HandshakeKind.Hello, false, 76, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Hello, false, 91, HandshakeFault.NetworkKeyMismatch)]
    [TestCase(HandshakeKind.Hello, true, 90, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Hello, true, 91, HandshakeFault.None)]
    [TestCase(HandshakeKind.Hello, true, 92, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Hello, true, 75, HandshakeFault.NetworkKeyMismatch)]
    [TestCase(HandshakeKind.Ack, false, 162, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Ack, true, 163, HandshakeFault.None)]
    [TestCase(HandshakeKind.Ack, false, 227, HandshakeFault.None)]
    [TestCase(HandshakeKind.Ack, false, 228, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Finish, false, 97, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Finish, false, 98, HandshakeFault.None)]
    [TestCase(HandshakeKind.Finish, true, 4096, HandshakeFault.None)]
    [TestCase(HandshakeKind.Finish, true, 4097, HandshakeFault.BadLength)]
    [TestCase(HandshakeKind.Finish, true, 65535, HandshakeFault.BadLength)]
    public void TryReadLength_ByteByByte_JudgesTheLengthAtTheSecondAndTheFrameAtTheLast(HandshakeKind kind, bool networkKey, int length, HandshakeFault expected)
    {
        byte[] frame = new byte[2 + length];
        (frame[0], frame[1], frame[2]) = ((byte)(length >> 8), (byte)length, (byte)kind);

        for (int received = 0; received <= frame.Length; received++)
        {
            HandshakeFault fault = HandshakeFrame.TryReadLength(Split(frame.AsMemory(0, received), received / 2), kind, networkKey, out int total);
            fault.Should().Be(received < 2 ? HandshakeFault.None : expected);
            total.Should().Be(expected == HandshakeFault.None && received == frame.Length ? frame.Length : 0);
        }
    }

    [Test]
    public void TryReadLength_OfAnotherKind_IsRefusedAtTheThirdByte([Values(0, 1, 3, 200)] int kind)
    {
        byte[] start = [0, 163, (byte)kind];

        HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(start, 0, 2), HandshakeKind.Ack, false, out _).Should().Be(HandshakeFault.None);
        HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(start), HandshakeKind.Ack, false, out _).Should().Be(HandshakeFault.BadKind);
    }

    [Test]
    public void TryReadLength_WithMoreBehindTheFrame_GivesTheFrameOnly()
    {
        byte[] input = new byte[2 + 75 + 10];
        (input[1], input[2]) = (75, 1);

        HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(input), HandshakeKind.Hello, false, out int total).Should().Be(HandshakeFault.None);
        total.Should().Be(77);
    }

    [Test]
    public void TryReadLength_OfAnyBytes_IsTotalAndTheSameHoweverSplit()
    {
        Arbitrary<(byte[] Input, int Kind, int Cut)> cases = (
            from input in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            from kind in Gen.Choose(1, 3)
            from cut in Gen.Choose(0, input.Length)
            select (input, kind, cut)).ToArbitrary();

        Prop.ForAll(cases, one =>
        {
            HandshakeKind kind = (HandshakeKind)one.Kind;
            HandshakeFault whole = HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(one.Input), kind, true, out int total);
            HandshakeFault split = HandshakeFrame.TryReadLength(Split(one.Input, one.Cut), kind, true, out int splitTotal);
            return whole == split && total == splitTotal && total <= one.Input.Length && (whole == HandshakeFault.None || total == 0);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void ReadBody_OfAFrameThatIsNotWhole_IsBadLength([Values(0, 1, 2, 3, 76, 78)] int length)
    {
        byte[] frame = new byte[78];
        (frame[1], frame[2]) = (75, 1);

        HandshakeFrame.ReadBody(frame.AsSpan(0, length), HandshakeKind.Hello, false, out ReadOnlySpan<byte> body).Should().Be(HandshakeFault.BadLength);
        body.Length.Should().Be(0);
    }

    [Test]
    public void Describe_OfEachFault_IsASentenceOfItsOwn()
    {
        string[] sentences = [.. Enum.GetValues<HandshakeFault>().Select(fault => fault.Describe())];

        sentences.Should().OnlyHaveUniqueItems().And.OnlyContain(sentence => sentence.EndsWith('.') && !sentence.Contains('\n'));
        FluentActions.Invoking(() => ((HandshakeFault)999).Describe()).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> memory, int cut)
    {
        Segment first = new(memory[..cut], 0);
        Segment last = first.Append(memory[cut..]);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
