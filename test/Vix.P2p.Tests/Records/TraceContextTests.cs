using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

/// <summary>The body of kind 128, byte by byte (docs/protocol.md, section 5).</summary>
internal sealed class TraceContextTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ParentId = "00f067aa0ba902b7";

    [TestCase("00", 0)]
    [TestCase("7f", 127)]
    [TestCase("ac02", 300)]
    [TestCase("ffffff7f", FrameCodec.MaxNumber)]
    public void Read_WellFormed_IsWhatItSays(string number, int request)
    {
        TraceContext context = TraceContext.Read(Body(number + TraceId + ParentId + "01"))!;

        context.Request.Should().Be(request);
        ActivityContext parent = context.ToActivityContext();
        parent.TraceId.ToHexString().Should().Be(TraceId);
        parent.SpanId.ToHexString().Should().Be(ParentId);
        (parent.TraceFlags, parent.IsRemote, parent.TraceState).Should().Be((ActivityTraceFlags.Recorded, true, null));
    }

    [TestCase("0000000000000000a3ce929d0e0e4736")]
    [TestCase("4bf92f3577b34da60000000000000000")]
    [TestCase("4bf92f3577b34da64bf92f3577b34da6")]
    [TestCase("aaaaaaaaaaaaaaaa5555555555555555")]
    public void Read_TraceIdThatIsNotAllZeros_IsTaken(string traceId) =>
        TraceContext.Read(Body("00" + traceId + ParentId + "01"))!.ToActivityContext().TraceId.ToHexString().Should().Be(traceId);

    [TestCase("00", ActivityTraceFlags.None)]
    [TestCase("01", ActivityTraceFlags.Recorded)]
    [TestCase("fe", ActivityTraceFlags.None)]
    [TestCase("ff", ActivityTraceFlags.Recorded)]
    public void Read_FlagsOfLaterLevels_AreNotLookedAt(string flags, ActivityTraceFlags expected) =>
        TraceContext.Read(Body("00" + TraceId + ParentId + flags))!.ToActivityContext().TraceFlags.Should().Be(expected);

    [TestCase("")]
    [TestCase("00")]
    [TestCase("80" + TraceId + ParentId + "01", Description = "the number goes on")]
    [TestCase("8000" + TraceId + ParentId + "01", Description = "a number that is not the shortest")]
    [TestCase("8080808001" + TraceId + ParentId + "01", Description = "a number that is too long")]
    [TestCase("00" + TraceId + ParentId)]
    [TestCase("00" + TraceId + ParentId + "0100")]
    [TestCase("0000000000000000000000000000000000" + ParentId + "01", Description = "a trace-id of zeros")]
    [TestCase("00" + TraceId + "0000000000000000" + "01", Description = "a parent-id of zeros")]
    public void Read_Malformed_IsNone(string body) => TraceContext.Read(Body(body)).Should().BeNull();

    [Test]
    public void Read_AnyBytes_GivesAContextOrNone()
    {
        var random = new Random(128);
        int read = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] body = new byte[random.Next(0, 34)];
            random.NextBytes(body);
            if (TraceContext.Read(body) is not { } context)
                continue;
            read++;
            byte[] ids = new byte[TraceContext.IdsLength];
            ActivityContext parent = context.ToActivityContext();
            parent.TraceId.CopyTo(ids.AsSpan(0, 16));
            parent.SpanId.CopyTo(ids.AsSpan(16, 8));
            if (!TraceContext.IsLength(body.Length) || !ids.AsSpan(0, 24).SequenceEqual(body.AsSpan(body.Length - 25, 24)))
                Assert.Fail(Convert.ToHexString(body));
        }

        read.Should().BeGreaterThan(1_000);
    }

    [TestCase(25, false)]
    [TestCase(26, true)]
    [TestCase(29, true)]
    [TestCase(30, false)]
    public void IsLength_Each_IsThatOfANumberAndTheIds(int length, bool expected) => TraceContext.IsLength(length).Should().Be(expected);

    [TestCase(ActivityTraceFlags.Recorded, "01")]
    [TestCase(ActivityTraceFlags.None, "00")]
    public void WriteIds_OfAnActivity_AreItsOwn(ActivityTraceFlags flags, string expected)
    {
        using Activity activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.ActivityTraceFlags = flags;
        byte[] ids = new byte[TraceContext.IdsLength];

        TraceContext.WriteIds(activity, ids);

        Convert.ToHexStringLower(ids).Should().Be(activity.TraceId.ToHexString() + activity.SpanId.ToHexString() + expected);
    }

    [Test]
    public void Reader_OfAContext_GivesItHoweverItIsCut()
    {
        byte[] frame = [128, 27, .. Body("ac02" + TraceId + ParentId + "01")];
        for (int cut = 0; cut <= frame.Length; cut++)
        {
            using var reader = new FrameReader();
            ReadOnlySpan<byte> piece = frame.AsSpan(0, cut);
            FrameStatus status = reader.TryRead(ref piece, out FrameKind kind, out ReadOnlySpan<byte> body);
            if (cut < frame.Length)
            {
                status.Should().Be(FrameStatus.NeedMore);
                piece = frame.AsSpan(cut);
                status = reader.TryRead(ref piece, out kind, out body);
            }

            (status, kind, reader.Skipped).Should().Be((FrameStatus.Ok, FrameKind.TraceContext, 0L));
            body.ToArray().Should().Equal(frame[2..]);
        }
    }

    [TestCase(0)]
    [TestCase(25)]
    [TestCase(30)]
    [TestCase(65_536)]
    public void Reader_OfAnotherLength_SkipsItAsItComes(int length)
    {
        using var reader = new FrameReader();
        byte[] frame = new byte[FrameCodec.Size(length)];
        FrameCodec.Write(FrameKind.TraceContext, new byte[length], frame);
        ReadOnlySpan<byte> rest = frame;

        reader.TryRead(ref rest, out _, out _).Should().Be(FrameStatus.NeedMore);
        (reader.Skipped, reader.HasPartial).Should().Be((1, false));
    }

    private static byte[] Body(string hex) => Convert.FromHexString(hex);
}
