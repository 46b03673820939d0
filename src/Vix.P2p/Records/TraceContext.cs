using System.Buffers.Binary;
using System.Diagnostics;

namespace Vix.P2p.Records;

/// <summary>
/// What a request belongs to, as the side that asks says it: the ids of W3C Trace Context, level 1 (docs/protocol.md,
/// section 5). The body of a frame is the request's number, then <see cref="IdsLength"/> bytes.
/// </summary>
/// <param name="Request">The number of the request.</param>
/// <param name="TraceHigh">The first half of the trace-id.</param>
/// <param name="TraceLow">The second half of the trace-id.</param>
/// <param name="Parent">The id of the span that the request was made in.</param>
/// <param name="IsRecorded">Whether that side records the trace.</param>
internal sealed record TraceContext(int Request, ulong TraceHigh, ulong TraceLow, ulong Parent, bool IsRecorded)
{
    /// <summary>Trace-id, parent-id and flags.</summary>
    public const int IdsLength = TraceLength + SpanLength + 1;

    private const int TraceLength = 16;
    private const int SpanLength = 8;

    /// <summary>Whether a body may have that length.</summary>
    public static bool IsLength(int length) => length is > IdsLength and <= FrameCodec.MaxVarint + IdsLength;

    /// <summary>Reads a body; null when it is not one, for an extension is skipped and not punished.</summary>
    public static TraceContext? Read(ReadOnlySpan<byte> body)
    {
        if (!FrameCodec.TryTakeVarint(ref body, out int request) || body.Length != IdsLength)
            return null;
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(body);
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(body[sizeof(ulong)..]);
        ulong parent = BinaryPrimitives.ReadUInt64BigEndian(body[TraceLength..]);
        return (high | low) == 0 || parent == 0 ? null : new TraceContext(request, high, low, parent, IsRecordedIn(body[^1]));
    }

    /// <summary>Writes what stands behind the number.</summary>
    public static void WriteIds(Activity activity, Span<byte> destination)
    {
        activity.TraceId.CopyTo(destination[..TraceLength]);
        activity.SpanId.CopyTo(destination.Slice(TraceLength, SpanLength));
        destination[IdsLength - 1] = (byte)(activity.ActivityTraceFlags & ActivityTraceFlags.Recorded);
    }

    public ActivityContext ToActivityContext()
    {
        Span<byte> ids = stackalloc byte[TraceLength + SpanLength];
        BinaryPrimitives.WriteUInt64BigEndian(ids, TraceHigh);
        BinaryPrimitives.WriteUInt64BigEndian(ids[sizeof(ulong)..], TraceLow);
        BinaryPrimitives.WriteUInt64BigEndian(ids[TraceLength..], Parent);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(ids[..TraceLength]),
            ActivitySpanId.CreateFromBytes(ids[TraceLength..]),
            IsRecorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None,
            isRemote: true);
    }

    // Level 1 defines one flag; what the others say is another level's.
    private static bool IsRecordedIn(byte flags) => (flags & (byte)ActivityTraceFlags.Recorded) != 0;
}
