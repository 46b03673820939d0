using Vix.P2p.Fuzz.Running;
using Vix.P2p.Records;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Plaintext as the frame reader takes it: whole, and cut into records at places of the input's own. Both must come to
/// the same frames and the same end.
/// </summary>
internal sealed class FramesTarget : IFuzzTarget
{
    public string Name => "frames";

    public int MaxLength => 512;

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[] body = [.. Enumerable.Range(0, 400).Select(i => (byte)i)];
            foreach (FrameKind kind in Enum.GetValues<FrameKind>())
            {
                foreach (int length in (int[])[0, 1, 2, 3, 4, 8, 127, 128, 400])
                    yield return Frame(kind, body.AsSpan(0, length));
            }
        }
    }

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. Enum.GetValues<FrameKind>().Select(kind => new[] { (byte)kind }),
        [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0x80, 0x04], [0x80, 0x80, 0x84, 0x00],
    ];

    public static byte[] Frame(FrameKind kind, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[FrameCodec.Size(body.Length)];
        FrameCodec.Write(kind, body, frame);
        return frame;
    }

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        using var whole = new FrameReader();
        (FrameStatus end, uint frames, long skipped) = Read(whole, input, 0, coverage);
        coverage.Visit(1000 + (int)end);

        using var cut = new FrameReader();
        uint state = 2166136261;
        foreach (byte b in input[..Math.Min(input.Length, 16)])
            state = (state ^ b) * 16777619;
        FrameStatus endOfCut = FrameStatus.NeedMore;
        uint framesOfCut = 0;
        for (int at = 0; at < input.Length && endOfCut == FrameStatus.NeedMore;)
        {
            state = (state * 1664525) + 1013904223;
            int length = Math.Min(input.Length - at, 1 + (int)((state >> 16) % ((state >> 8) % 4 == 0 ? 1u : 64u)));
            (endOfCut, framesOfCut, _) = Read(cut, input.Slice(at, length), framesOfCut, null);
            at += length;
        }

        Broken.Unless(end == endOfCut, $"whole it ends with {end}, cut with {endOfCut}");
        Broken.Unless(frames == framesOfCut, "whole and cut give other frames");
        Broken.Unless(skipped == cut.Skipped, "whole and cut pass over another number of extensions");
        Broken.Unless(whole.HasPartial == cut.HasPartial || end != FrameStatus.NeedMore, "whole and cut do not agree whether a frame has begun");
    }

    public void Dispose()
    {
    }

    // All frames of a piece as one number.
    private static (FrameStatus End, uint Frames, long Skipped) Read(FrameReader reader, ReadOnlySpan<byte> plaintext, uint frames, Coverage? coverage)
    {
        while (true)
        {
            FrameStatus status = reader.TryRead(ref plaintext, out FrameKind kind, out ReadOnlySpan<byte> body);
            if (status != FrameStatus.Ok)
                return (status, frames, reader.Skipped);
            Broken.Unless(kind < FrameKind.FirstExtension || kind == FrameKind.TraceContext, "an extension that means nothing here is handed on");
            Broken.Unless(body.Length <= FrameCodec.MaxBody, "a body is longer than any may be");
            coverage?.Visit(((int)kind * 4) + Math.Min(3, Coverage.Size(body.Length) / 3));
            var hash = new HashCode();
            hash.Add(frames);
            hash.Add(kind);
            hash.AddBytes(body);
            frames = (uint)hash.ToHashCode();
        }
    }
}
