using Vix.P2p.Fuzz.Running;
using Vix.P2p.Records;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Plaintext as the frame reader takes it: whole, and cut into records. Both come to the same frames and the same end, a
/// frame that is taken is written as it was read, and what is held is bounded by what has come.
/// </summary>
internal sealed class FramesTarget : IFuzzTarget
{
    private const int EndState = 100_000;

    // What a reader may take before anything of a body has come, and how much it may outgrow that (src/…/FrameReader).
    private const int FirstBlock = 1024;
    private const int Growth = 4;

    // Reader and pool are warm after a few; what a claimed length could cost is far more.
    private const int Allocated = 4096;

    // An input of which each place is cut costs as much as hundreds of others.
    private const int CutEverywhere = 256;

    private static readonly string[] Statuses = Enum.GetNames<FrameStatus>();

    private readonly MeteredPool _pool = new();
    private readonly byte[] _written = new byte[FrameCodec.MaxBody + FrameCodec.MaxHeader];

    public string Name => "frames";

    public int MaxLength => 512;

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[] body = [.. Enumerable.Range(0, 400).Select(i => (byte)i)];
            foreach (FrameKind kind in Enum.GetValues<FrameKind>())
            {
                foreach (int length in (int[])[0, 1, 2, 3, 4, 8, 26, 127, 128, 400])
                    yield return Frame(kind, body.AsSpan(0, length));
            }
        }
    }

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. Enum.GetValues<FrameKind>().Select(kind => new[] { (byte)kind }),
        [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0x80, 0x04], [0x81, 0x80, 0x04], [0x80, 0x80, 0x84, 0x00],
    ];

    // TryRead gives Ok for each frame; an input never ends with it.
    public IReadOnlyCollection<string> Outcomes { get; } = [.. Statuses.Except([nameof(FrameStatus.Ok)]), "TraceContext", "no TraceContext"];

    public static byte[] Frame(FrameKind kind, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[FrameCodec.Size(body.Length)];
        FrameCodec.Write(kind, body, frame);
        return frame;
    }

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        var cuts = new Cuts(input);
        _pool.Begin();
        Verdict whole;
        using (var reader = new FrameReader(_pool))
        {
            ReadOnlySpan<byte> rest = input;
            uint frames = 0;
            FrameStatus end = Read(reader, ref rest, ref frames, coverage);
            whole = new Verdict(end, frames, reader.Skipped, reader.HasPartial);
            // The first byte of what was not taken: which kind of frame it is that is wrong.
            coverage.Visit(EndState + ((int)end * 256) + (rest.IsEmpty ? 0 : rest[0]));
            coverage.Reach(Statuses[(int)end]);
            Broken.Unless(end != FrameStatus.NeedMore || rest.IsEmpty, "bytes are left and more are asked for");
            Broken.Unless(Read(reader, ref rest, ref frames, null) == end, "after the end it ends otherwise");
        }

        Check(input.Length);
        CheckCut(input, ref cuts, whole);
        if (cuts.Lot % CutEverywhere != 0)
            return;
        for (int at = 1; at < input.Length; at++)
        {
            using var reader = new FrameReader(_pool);
            uint frames = 0;
            ReadOnlySpan<byte> piece = input[..at];
            FrameStatus end = Read(reader, ref piece, ref frames, null);
            piece = input[at..];
            if (end == FrameStatus.NeedMore)
                end = Read(reader, ref piece, ref frames, null);
            CheckSame(whole, new Verdict(end, frames, reader.Skipped, reader.HasPartial));
        }
    }

    public void Dispose()
    {
    }

    private void CheckCut(ReadOnlySpan<byte> input, ref Cuts cuts, Verdict whole)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        _pool.Begin();
        using (var reader = new FrameReader(_pool))
        {
            FrameStatus end = FrameStatus.NeedMore;
            uint frames = 0;
            for (int at = 0; at < input.Length && end == FrameStatus.NeedMore;)
            {
                int length = cuts.Next(input.Length - at);
                ReadOnlySpan<byte> piece = input.Slice(at, length);
                at += length;
                end = Read(reader, ref piece, ref frames, null);
                Broken.Unless(_pool.Largest <= Math.Max(FirstBlock, Growth * at), "more is held than what has come allows");
            }

            CheckSame(whole, new Verdict(end, frames, reader.Skipped, reader.HasPartial));
        }

        Check(input.Length);
        Broken.Unless(GC.GetAllocatedBytesForCurrentThread() - before <= Allocated, "more is allocated than what has come allows");
    }

    private void Check(int length)
    {
        Broken.Unless(_pool.Out == 0, "an array is not given back");
        Broken.Unless(_pool.Largest <= Math.Max(FirstBlock, Growth * length), "more is held than what has come allows");
    }

    private static void CheckSame(Verdict whole, Verdict cut)
    {
        Broken.Unless(whole.End == cut.End, "whole and cut come to another end");
        Broken.Unless(whole.Frames == cut.Frames, "whole and cut give other frames");
        Broken.Unless(whole.Skipped == cut.Skipped, "whole and cut pass over another number of extensions");
        Broken.Unless(whole.HasPartial == cut.HasPartial || whole.End != FrameStatus.NeedMore, "whole and cut do not agree whether a frame has begun");
    }

    // All frames of a piece as one number.
    private FrameStatus Read(FrameReader reader, ref ReadOnlySpan<byte> plaintext, ref uint frames, Coverage? coverage)
    {
        while (true)
        {
            ReadOnlySpan<byte> before = plaintext;
            long skipped = reader.Skipped;
            FrameStatus status = reader.TryRead(ref plaintext, out FrameKind kind, out ReadOnlySpan<byte> body);
            if (status != FrameStatus.Ok)
                return status;
            if (coverage is not null)
            {
                Look(kind, body, coverage);
                int length = FrameCodec.Write(kind, body, _written);
                Broken.Unless(
                    reader.Skipped != skipped || before[..^plaintext.Length].SequenceEqual(_written.AsSpan(0, length)),
                    "a frame is written otherwise than it was read");
            }

            var hash = new HashCode();
            hash.Add(frames);
            hash.Add(kind);
            hash.AddBytes(body);
            frames = (uint)hash.ToHashCode();
        }
    }

    private static void Look(FrameKind kind, ReadOnlySpan<byte> body, Coverage coverage)
    {
        Broken.Unless(kind < FrameKind.FirstExtension || kind == FrameKind.TraceContext, "an extension that means nothing here is handed on");
        Broken.Unless(body.Length <= FrameCodec.MaxBody, "a body is longer than any may be");
        coverage.Visit(((int)kind * 4) + Math.Min(3, Coverage.Size(body.Length) / 3));
        if (kind != FrameKind.TraceContext)
            return;
        TraceContext? context = TraceContext.Read(body);
        coverage.Reach(context is null ? "no TraceContext" : "TraceContext");
        Broken.Unless(context is null or { Request: >= 0 and <= FrameCodec.MaxNumber }, "a number is out of its range");
        Broken.Unless(context is null || (context.TraceHigh | context.TraceLow) != 0 && context.Parent != 0, "an id of a trace is zero");
    }

    private readonly record struct Verdict(FrameStatus End, uint Frames, long Skipped, bool HasPartial);
}
