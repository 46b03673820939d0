using System.Diagnostics;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>How a payload is framed: the kind of its last or only piece, that of the pieces before, and what stands before each.</summary>
/// <param name="Whole">The kind of the last piece.</param>
/// <param name="Part">The kind of the pieces before it; the same where pieces do not differ.</param>
/// <param name="Prefix">The numbers before the payload.</param>
internal readonly record struct OutgoingFrame(FrameKind Whole, FrameKind Part, FramePrefix Prefix)
{
    /// <summary>Of a request: what it belongs to, said just before its first piece; null for nothing.</summary>
    public Activity? Trace { get; init; }

    /// <summary>Whether a payload of this frame is a message to the application, and counted as one.</summary>
    public bool IsMessage => Whole is FrameKind.Message or FrameKind.Request or FrameKind.Response;

    public static OutgoingFrame Message(byte protocol) => new(FrameKind.Message, FrameKind.MessagePart, FramePrefix.Byte(protocol));

    public static OutgoingFrame Request(byte protocol, int request, Activity? trace = null) =>
        new(FrameKind.Request, FrameKind.RequestPart, FramePrefix.ByteAndVarint(protocol, request)) { Trace = trace };

    public static OutgoingFrame Response(int request) => new(FrameKind.Response, FrameKind.ResponsePart, FramePrefix.Varint(request));

    public static OutgoingFrame StreamData(int stream) => new(FrameKind.StreamData, FrameKind.StreamData, FramePrefix.Varint(stream));

    /// <summary>A frame that is never cut.</summary>
    public static OutgoingFrame Single(FrameKind kind, FramePrefix prefix) => new(kind, kind, prefix);
}
