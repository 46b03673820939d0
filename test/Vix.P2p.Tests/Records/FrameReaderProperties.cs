using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

internal sealed class FrameReaderProperties
{
    private static readonly Gen<(FrameKind Kind, byte[] Body)> Frame = Gen.OneOf(
        Of(FrameKind.Ready, Gen.Choose(1, 300)),
        Of(FrameKind.Ready, Gen.Choose(3_000, 3_072)),
        Of(FrameKind.Reject, Gen.Constant(1)),
        Of(FrameKind.Close, Gen.Constant(1)),
        Of(FrameKind.Ping, Gen.Constant(8)),
        Of(FrameKind.Pong, Gen.Constant(8)),
        Gen.Choose(128, 255).SelectMany(kind => Of((FrameKind)kind, Gen.Choose(0, 400))));

    private static readonly Gen<List<(FrameKind Kind, byte[] Body)>> Frames =
        Gen.Choose(0, 6).SelectMany(count => Gen.ListOf(Frame, count)).Select(frames => frames.ToList());

    [Test]
    public void TryRead_RandomFrames_RoundTrip() => Check(frames =>
    {
        (List<string> read, FrameStatus end, bool hasPartial) = FrameStream.Read(FrameStream.Write(frames));
        return end == FrameStatus.NeedMore && !hasPartial && read.SequenceEqual(Expected(frames));
    });

    [Test]
    public void TryRead_ByteByByte_IsTheSame() => Check(frames =>
    {
        byte[] stream = FrameStream.Write(frames);
        (List<string> read, FrameStatus end, bool hasPartial) = FrameStream.Read(stream, Enumerable.Range(0, stream.Length));
        return end == FrameStatus.NeedMore && !hasPartial && read.SequenceEqual(Expected(frames));
    });

    [Test]
    public void TryRead_SplitAtEachBoundary_IsTheSame() => Check(
        frames =>
        {
            byte[] stream = FrameStream.Write(frames);
            List<string> expected = Expected(frames);
            return Enumerable.Range(0, stream.Length + 1)
                .All(cut => FrameStream.Read(stream, cut) is (var read, FrameStatus.NeedMore, false) && read.SequenceEqual(expected));
        },
        tests: 15);

    [Test]
    public void TryRead_Truncated_GivesTheFramesBeforeAndNeedsMore() => Check(
        frames =>
        {
            byte[] stream = FrameStream.Write(frames);
            List<string> expected = Expected(frames);
            HashSet<int> ends = [.. frames.Select((_, i) => FrameStream.Write(frames.Take(i)).Length), stream.Length];
            return Enumerable.Range(0, stream.Length + 1).All(length =>
                FrameStream.Read(stream[..length]) is (var read, FrameStatus.NeedMore, var hasPartial)
                && read.SequenceEqual(expected.Take(read.Count))
                && hasPartial == !ends.Contains(length)
                && (length < stream.Length || read.Count == expected.Count));
        },
        tests: 15);

    private static void Check(Func<List<(FrameKind Kind, byte[] Body)>, bool> property, int tests = 300) =>
        Prop.ForAll(Frames.ToArbitrary(), property)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true));

    private static List<string> Expected(List<(FrameKind Kind, byte[] Body)> frames) =>
        [.. frames.Where(f => (byte)f.Kind < 128).Select(f => $"{f.Kind} {Convert.ToHexString(f.Body)}")];

    private static Gen<(FrameKind Kind, byte[] Body)> Of(FrameKind kind, Gen<int> length) =>
        length.SelectMany(l => Gen.Choose(0, int.MaxValue).Select(seed =>
        {
            byte[] body = new byte[l];
            new Random(seed).NextBytes(body);
            return (kind, body);
        }));
}
