using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

internal sealed class FrameCodecTests
{
    private const byte Extension = 200;

    [TestCase(new byte[0], FrameStatus.NeedMore)]
    [TestCase(new byte[] { 1 }, FrameStatus.NeedMore)]
    [TestCase(new byte[] { 0 }, FrameStatus.UnknownKind)]
    [TestCase(new byte[] { 6 }, FrameStatus.NeedMore)]
    [TestCase(new byte[] { 22 }, FrameStatus.UnknownKind)]
    [TestCase(new byte[] { 127 }, FrameStatus.UnknownKind)]
    [TestCase(new byte[] { 128 }, FrameStatus.NeedMore)]
    [TestCase(new byte[] { Extension, 0x80 }, FrameStatus.NeedMore)]
    [TestCase(new byte[] { Extension, 0x80, 0x80, 0x80 }, FrameStatus.NeedMore)]
    [TestCase(new byte[] { Extension, 0x80, 0x80, 0x80, 0x80 }, FrameStatus.BadLength)]
    [TestCase(new byte[] { Extension, 0x80, 0 }, FrameStatus.BadLength)]
    [TestCase(new byte[] { Extension, 0xFF, 0x80, 0 }, FrameStatus.BadLength)]
    [TestCase(new byte[] { Extension, 0x80, 0x80, 0x80, 1 }, FrameStatus.TooLarge)]
    [TestCase(new byte[] { Extension, 0x81, 0x80, 4 }, FrameStatus.TooLarge)]
    [TestCase(new byte[] { 1, 0x81, 0x80, 4 }, FrameStatus.TooLarge)]
    [TestCase(new byte[] { 1, 0 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 1, 0x81, 0x18 }, FrameStatus.BadBodyLength)] // 3073
    [TestCase(new byte[] { 2, 0 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 2, 2 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 3, 7 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 3, 9 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 4, 0 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 5, 2 }, FrameStatus.BadBodyLength)]
    public void TryReadHeader_NotOk_IsTheTable(byte[] input, FrameStatus status)
    {
        FrameCodec.TryReadHeader(input, out FrameHeader header).Should().Be(status);
        header.Should().Be(default(FrameHeader));
    }

    [TestCase(new byte[] { 1, 1 }, 1, 2)]
    [TestCase(new byte[] { 1, 0x80, 0x18 }, 3_072, 3)]
    [TestCase(new byte[] { 2, 1 }, 1, 2)]
    [TestCase(new byte[] { 3, 8 }, 8, 2)]
    [TestCase(new byte[] { 4, 8 }, 8, 2)]
    [TestCase(new byte[] { 5, 1 }, 1, 2)]
    [TestCase(new byte[] { Extension, 0 }, 0, 2)]
    [TestCase(new byte[] { Extension, 127 }, 127, 2)]
    [TestCase(new byte[] { Extension, 0x80, 1 }, 128, 3)]
    [TestCase(new byte[] { 128, 0xFF, 0x7F }, 16_383, 3)]
    [TestCase(new byte[] { 255, 0x80, 0x80, 4 }, 65_536, 4)]
    public void TryReadHeader_Ok_IsTheTable(byte[] input, int bodyLength, int headerLength)
    {
        FrameCodec.TryReadHeader(input, out FrameHeader header).Should().Be(FrameStatus.Ok);
        header.Should().Be(new FrameHeader((FrameKind)input[0], bodyLength, headerLength));
        header.IsExtension.Should().Be(input[0] >= 128);
    }

    [Test]
    public void Size_EveryBodyLength_IsWhatWriteWritesAndTheHeaderReads()
    {
        byte[] frame = new byte[70_000];
        for (int length = 0; length <= FrameCodec.MaxBody; length++)
        {
            int header = FrameCodec.WriteHeader(FrameKind.FirstExtension, length, frame);
            if (header + length != FrameCodec.Size(length)
                || FrameCodec.TryReadHeader(frame, out FrameHeader read) != FrameStatus.Ok
                || read != new FrameHeader(FrameKind.FirstExtension, length, header))
                Assert.Fail($"A body of {length} bytes does not come through.");
        }
    }

    [Test]
    public void WriteX_SmallFrames_AreTheBytesOfTheProtocol()
    {
        byte[] room = new byte[16];

        room[..FrameCodec.Write(FrameKind.Reject, [(byte)RejectCode.ShuttingDown], room)].Should().Equal(2, 1, 5);
        room[..FrameCodec.WriteClose(CloseCode.Banned, room)].Should().Equal(5, 1, 6);
        room[..FrameCodec.WritePing(0x0102030405060708, room)].Should().Equal(3, 8, 1, 2, 3, 4, 5, 6, 7, 8);
        room[..FrameCodec.WritePong(0x0102030405060708, room)].Should().Equal(4, 8, 1, 2, 3, 4, 5, 6, 7, 8);
        FrameCodec.ReadToken(room.AsSpan(2, 8)).Should().Be(0x0102030405060708);
    }

    [TestCase(-1)]
    [TestCase(FrameCodec.MaxBody + 1)]
    public void WriteHeader_BodyNoFrameHas_Throws(int length) =>
        FluentActions.Invoking(() => FrameCodec.WriteHeader(FrameKind.Ready, length, new byte[8]))
            .Should().Throw<ArgumentOutOfRangeException>();
}
