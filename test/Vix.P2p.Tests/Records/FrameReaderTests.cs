using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Records;

internal sealed class FrameReaderTests
{
    private static readonly byte[] Ping = [3, 8, 1, 2, 3, 4, 5, 6, 7, 8];

    [Test]
    public void TryRead_FrameInsideARecord_IsASliceOfIt()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        ReadOnlySpan<byte> record = Ping;
        ReadOnlySpan<byte> rest = record;

        reader.TryRead(ref rest, out FrameKind kind, out ReadOnlySpan<byte> body).Should().Be(FrameStatus.Ok);

        kind.Should().Be(FrameKind.Ping);
        (record[2..] == body).Should().BeTrue("it is the same memory");
        rest.Length.Should().Be(0);
        reader.HasPartial.Should().BeFalse();
        pool.Rents.Should().Be(0);
    }

    [Test]
    public void TryRead_EmptyRecord_NeedsMore()
    {
        using FrameReader reader = new();
        ReadOnlySpan<byte> rest = default;

        reader.TryRead(ref rest, out _, out _).Should().Be(FrameStatus.NeedMore);
        reader.HasPartial.Should().BeFalse();
    }

    [Test]
    public void TryRead_FrameOverRecords_GivesItsBufferBackAtTheNextCall()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        for (int at = 0; at < Ping.Length - 1; at++)
        {
            ReadOnlySpan<byte> piece = Ping.AsSpan(at, 1);
            reader.TryRead(ref piece, out _, out _).Should().Be(FrameStatus.NeedMore);
            reader.HasPartial.Should().BeTrue();
        }

        ReadOnlySpan<byte> last = Ping.AsSpan(Ping.Length - 1);
        reader.TryRead(ref last, out _, out ReadOnlySpan<byte> body).Should().Be(FrameStatus.Ok);
        body.ToArray().Should().Equal(Ping[2..]);
        reader.HasPartial.Should().BeFalse();
        pool.Count.Should().Be(1);

        reader.TryRead(ref last, out _, out _).Should().Be(FrameStatus.NeedMore);
        pool.Count.Should().Be(0);
    }

    [Test]
    public void TryRead_ClaimedMaximum_GrowsWithTheBytesThatHaveCome()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        ReadOnlySpan<byte> piece = [1, 0x80, 0x18, 1]; // Ready of 3,072 bytes, one of them here

        reader.TryRead(ref piece, out _, out _).Should().Be(FrameStatus.NeedMore);

        pool.Bytes.Should().BeInRange(1, 1_024);
        for (int came = 2; came < 3_072; came++)
        {
            piece = [2];
            reader.TryRead(ref piece, out _, out _).Should().Be(FrameStatus.NeedMore);
            pool.Count.Should().Be(1);
            pool.Bytes.Should().BeLessThanOrEqualTo(Math.Max(1_024, 2 * came));
        }
    }

    [Test]
    public void TryRead_HeaderWithoutABody_HoldsNoBuffer()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        ReadOnlySpan<byte> header = [6, 0x80, 0x80, 4]; // Message of 65,536 bytes, none of them here

        reader.TryRead(ref header, out _, out _).Should().Be(FrameStatus.NeedMore);

        (pool.Rents, reader.HasPartial).Should().Be((0, true));
    }

    [Test]
    public void TryRead_LargestFrameByteByByte_IsCopiedOnceADoubling()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        ReadOnlySpan<byte> piece = [6, 0x80, 0x80, 4];
        reader.TryRead(ref piece, out _, out _);
        FrameStatus status = FrameStatus.NeedMore;
        for (int i = 0; i < FrameCodec.MaxBody; i++)
        {
            piece = [1];
            status = reader.TryRead(ref piece, out _, out _);
        }

        status.Should().Be(FrameStatus.Ok);
        pool.Rents.Should().Be(7, "of 1, 2, 4, 8, 16, 32 and 64 KiB");
    }

    [Test]
    public void TryRead_ExtensionsOfTheMaximum_AreNeverBuffered()
    {
        CountingPool pool = new();
        using FrameReader reader = new(pool);
        byte[] stream = FrameStream.Write([((FrameKind)128, new byte[65_536]), ((FrameKind)255, new byte[65_536])]);
        foreach (byte[] piece in stream.Chunk(1_000))
        {
            ReadOnlySpan<byte> rest = piece;
            reader.TryRead(ref rest, out _, out _).Should().Be(FrameStatus.NeedMore);
        }

        pool.Rents.Should().Be(0);
        reader.HasPartial.Should().BeFalse();
        ReadOnlySpan<byte> ping = Ping;
        reader.TryRead(ref ping, out _, out _).Should().Be(FrameStatus.Ok);
    }

    [Test]
    public void TryRead_AfterAnError_RepeatsIt()
    {
        using FrameReader reader = new();
        ReadOnlySpan<byte> bad = [.. Ping, 99];
        reader.TryRead(ref bad, out _, out _).Should().Be(FrameStatus.Ok);
        reader.TryRead(ref bad, out _, out _).Should().Be(FrameStatus.UnknownKind);

        ReadOnlySpan<byte> good = Ping;
        reader.TryRead(ref good, out _, out ReadOnlySpan<byte> body).Should().Be(FrameStatus.UnknownKind);
        body.Length.Should().Be(0);
    }

    [TestCase(new byte[] { 2, 2 }, FrameStatus.BadBodyLength)]
    [TestCase(new byte[] { 200, 0x80, 0 }, FrameStatus.BadLength)]
    [TestCase(new byte[] { 200, 0x81, 0x80, 4 }, FrameStatus.TooLarge)]
    public void TryRead_HeaderThatCannotBeRight_WaitsForNoBody(byte[] header, FrameStatus status)
    {
        FrameStream.Read(header).End.Should().Be(status);
        FrameStream.Read(header, Enumerable.Range(1, header.Length - 1)).End.Should().Be(status);
    }

    [Test]
    public void Dispose_WithAPartialFrame_GivesItsBufferBack()
    {
        CountingPool pool = new();
        FrameReader reader = new(pool);
        ReadOnlySpan<byte> piece = Ping.AsSpan(0, 5);
        reader.TryRead(ref piece, out _, out _).Should().Be(FrameStatus.NeedMore);

        reader.Dispose();
        reader.Dispose();

        pool.Count.Should().Be(0);
    }

    [Test]
    public void TryRead_InSteadyState_AllocatesNothing()
    {
        // A pool of its own: the shared one gives arrays up to the collector when it likes, and makes new ones.
        using FrameReader reader = new(System.Buffers.ArrayPool<byte>.Create());
        byte[] stream = FrameStream.Write([(FrameKind.Ready, new byte[3_000]), (FrameKind.Ping, new byte[8]), ((FrameKind)130, new byte[500])]);
        Run(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int frames = Run(1_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        frames.Should().Be(2_000);
        allocated.Should().Be(0);

        int Run(int times)
        {
            int read = 0;
            for (int i = 0; i < times; i++)
            {
                for (int at = 0; at < stream.Length; at += 700)
                {
                    ReadOnlySpan<byte> rest = stream.AsSpan(at, Math.Min(700, stream.Length - at));
                    while (reader.TryRead(ref rest, out _, out _) == FrameStatus.Ok)
                        read++;
                }
            }

            return read;
        }
    }
}
