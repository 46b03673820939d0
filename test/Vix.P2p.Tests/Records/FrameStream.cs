using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

/// <summary>What a stream of records gives, in words that compare.</summary>
internal static class FrameStream
{
    /// <summary>Reads <paramref name="bytes"/> cut at the given places into records; ends at the first error.</summary>
    public static (List<string> Frames, FrameStatus End, bool HasPartial) Read(byte[] bytes, params IEnumerable<int> cuts)
    {
        using FrameReader reader = new();
        List<string> frames = [];
        int start = 0;
        FrameStatus status = FrameStatus.NeedMore;
        foreach (int end in cuts.Append(bytes.Length))
        {
            // A copy of its own: what the reader kept of an earlier record must not live in that.
            byte[] record = bytes[start..end];
            start = end;
            ReadOnlySpan<byte> rest = record;
            while ((status = reader.TryRead(ref rest, out FrameKind kind, out ReadOnlySpan<byte> body)) == FrameStatus.Ok)
                frames.Add($"{kind} {Convert.ToHexString(body)}");
            record.AsSpan().Fill(0xDD);
            if (status != FrameStatus.NeedMore)
                break;
        }

        return (frames, status, reader.HasPartial);
    }

    public static byte[] Write(IEnumerable<(FrameKind Kind, byte[] Body)> frames)
    {
        using MemoryStream stream = new();
        foreach ((FrameKind kind, byte[] body) in frames)
        {
            byte[] frame = new byte[FrameCodec.Size(body.Length)];
            FrameCodec.Write(kind, body, frame);
            stream.Write(frame);
        }

        return stream.ToArray();
    }
}
