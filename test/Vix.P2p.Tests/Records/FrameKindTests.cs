using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

/// <summary>The frames of docs/protocol.md, section 5: how long they may be, and what stands in front of a payload.</summary>
internal sealed class FrameKindTests
{
    private const int Most = 65_536;

    // From the table of the protocol: each number of a body at its shortest and its longest.
    [TestCase(6, 1, Most)]
    [TestCase(7, 2, Most)]
    [TestCase(8, 2, Most)]
    [TestCase(9, 3, Most)]
    [TestCase(10, 1, Most)]
    [TestCase(11, 2, Most)]
    [TestCase(12, 2, 4 + 4 + 256)]
    [TestCase(13, 1, 4)]
    [TestCase(14, 1, 1)]
    [TestCase(15, 2, 5)]
    [TestCase(16, 2, 5)]
    [TestCase(17, 2, Most)]
    [TestCase(18, 1, 4)]
    [TestCase(19, 2, 8)]
    [TestCase(20, 2, 8)]
    [TestCase(21, 2, 8)]
    public void TryReadHeader_BodyLength_IsInTheRangeOfItsKind(int kind, int shortest, int longest)
    {
        byte[] header = new byte[8];
        for (int length = 0; length <= Most; length += length is > 300 and < Most - 2 ? 997 : 1)
        {
            header[0] = (byte)kind;
            FrameCodec.WriteVarint(length, header.AsSpan(1));
            FrameCodec.TryReadHeader(header, out FrameHeader read).Should().Be(length >= shortest && length <= longest ? FrameStatus.Ok : FrameStatus.BadBodyLength);
            if (length >= shortest && length <= longest)
                read.Should().Be(new FrameHeader((FrameKind)kind, length, 1 + Varint(length).Length));
        }
    }

    [TestCase(22)]
    [TestCase(64)]
    [TestCase(127)]
    public void TryReadHeader_KindThatIsNotListed_IsUnknownAtItsFirstByte(int kind) =>
        FrameCodec.TryReadHeader([(byte)kind], out _).Should().Be(FrameStatus.UnknownKind);

    [Test]
    public void WriteVarint_EveryLength_IsTheShortestFormAndComesBack()
    {
        var random = new Random(5);
        int[] edges = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, FrameCodec.MaxNumber - 1, FrameCodec.MaxNumber];
        byte[] room = new byte[4];
        foreach (int value in edges.Concat(Enumerable.Range(0, 20_000).Select(_ => random.Next(1 << random.Next(1, 29)))))
        {
            byte[] expected = Varint(value);
            int length = FrameCodec.WriteVarint(value, room);
            if (!room.AsSpan(0, length).SequenceEqual(expected) || FrameCodec.VarintSize(value) != expected.Length)
                Assert.Fail($"{value} is written as {Convert.ToHexString(room.AsSpan(0, length))}.");
            ReadOnlySpan<byte> body = [.. expected, 0xEE];
            if (!FrameCodec.TryTakeVarint(ref body, out int read) || read != value || body.Length != 1 || body[0] != 0xEE)
                Assert.Fail($"{value} does not come back.");
        }
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0x80 })]
    [TestCase(new byte[] { 0x80, 0x80, 0x80 })]
    [TestCase(new byte[] { 0x80, 0x00 })]
    [TestCase(new byte[] { 0xFF, 0x80, 0x00 })]
    [TestCase(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x01 })]
    public void TryTakeVarint_CutOffOrNotTheShortest_IsRefusedAndTakesNothing(byte[] bytes)
    {
        ReadOnlySpan<byte> body = bytes;

        FrameCodec.TryTakeVarint(ref body, out _).Should().BeFalse();
        body.Length.Should().Be(bytes.Length);
    }

    [Test]
    public void Prefix_OfEachShape_IsWhatAnotherEncoderWrites()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte number = (byte)random.Next(256);
            int first = random.Next(1 << random.Next(1, 29));
            int second = random.Next(1 << random.Next(1, 29));
            Check(FramePrefix.Byte(number), [number]);
            Check(FramePrefix.Varint(first), Varint(first));
            Check(FramePrefix.ByteAndVarint(number, first), [number, .. Varint(first)]);
            Check(FramePrefix.VarintAndByte(first, number), [.. Varint(first), number]);
            Check(FramePrefix.Varints(first, second), [.. Varint(first), .. Varint(second)]);
            Check(FramePrefix.ByteAndVarint(number, first).First, [number]);
        }

        Check(FramePrefix.Varints(FrameCodec.MaxNumber, FrameCodec.MaxNumber), [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F]);
        Check(default, []);

        static void Check(FramePrefix prefix, byte[] expected)
        {
            byte[] room = new byte[8];
            int length = prefix.Write(room);
            if (length != expected.Length || prefix.Length != length || !room.AsSpan(0, length).SequenceEqual(expected))
                Assert.Fail($"{Convert.ToHexString(room.AsSpan(0, length))} is not {Convert.ToHexString(expected)}.");
        }
    }

    [Test]
    public void OutgoingFrame_OfEachExchange_HasItsKindsAndNumbers()
    {
        Check(OutgoingFrame.Message(5), FrameKind.Message, FrameKind.MessagePart, [5], isMessage: true);
        Check(OutgoingFrame.Request(5, 300), FrameKind.Request, FrameKind.RequestPart, [5, 0xAC, 2], isMessage: true);
        Check(OutgoingFrame.Response(300), FrameKind.Response, FrameKind.ResponsePart, [0xAC, 2], isMessage: true);
        Check(OutgoingFrame.StreamData(300), FrameKind.StreamData, FrameKind.StreamData, [0xAC, 2], isMessage: false);
        Check(OutgoingFrame.Single(FrameKind.Discard, FramePrefix.Byte(5)), FrameKind.Discard, FrameKind.Discard, [5], isMessage: false);

        static void Check(OutgoingFrame frame, FrameKind whole, FrameKind part, byte[] prefix, bool isMessage)
        {
            byte[] room = new byte[8];
            (frame.Whole, frame.Part, frame.IsMessage).Should().Be((whole, part, isMessage));
            room[..frame.Prefix.Write(room)].Should().Equal(prefix);
        }
    }

    // Another way to the same bytes: seven bits at a time, the lowest first, a one on top of all but the last.
    private static byte[] Varint(int value)
    {
        List<byte> bytes = [];
        do
        {
            bytes.Add((byte)(value % 128));
            value /= 128;
        }
        while (value > 0);
        for (int i = 0; i < bytes.Count - 1; i++)
            bytes[i] += 128;
        return [.. bytes];
    }
}
