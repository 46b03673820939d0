using System.Text;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The frames of section 5, from their parts.</summary>
internal static class ReferencePeerFrames
{
    public static ReferencePeerFrame Message(byte protocol, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.Message, [protocol, .. payload]);

    public static ReferencePeerFrame MessagePart(byte protocol, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.MessagePart, [protocol, .. payload]);

    public static ReferencePeerFrame Request(byte protocol, uint request, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.Request, [protocol, .. Varint(request), .. payload]);

    public static ReferencePeerFrame RequestPart(byte protocol, uint request, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.RequestPart, [protocol, .. Varint(request), .. payload]);

    public static ReferencePeerFrame Response(uint request, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.Response, [.. Varint(request), .. payload]);

    public static ReferencePeerFrame ResponsePart(uint request, params ReadOnlySpan<byte> payload) =>
        new(ReferencePeerFrame.ResponsePart, [.. Varint(request), .. payload]);

    public static ReferencePeerFrame Failure(uint request, uint code, string text) =>
        new(ReferencePeerFrame.Failure, [.. Varint(request), .. Varint(code), .. Encoding.UTF8.GetBytes(text)]);

    public static ReferencePeerFrame Cancel(uint request) => new(ReferencePeerFrame.Cancel, Varint(request));

    public static ReferencePeerFrame Discard(byte protocol) => new(ReferencePeerFrame.Discard, [protocol]);

    public static ReferencePeerFrame Credit(byte protocol, uint bytes) =>
        new(ReferencePeerFrame.Credit, [protocol, .. Varint(bytes)]);

    public static ReferencePeerFrame StreamOpen(uint stream, byte protocol) =>
        new(ReferencePeerFrame.StreamOpen, [.. Varint(stream), protocol]);

    public static ReferencePeerFrame StreamData(uint stream, params ReadOnlySpan<byte> data) =>
        new(ReferencePeerFrame.StreamData, [.. Varint(stream), .. data]);

    public static ReferencePeerFrame StreamEnd(uint stream) => new(ReferencePeerFrame.StreamEnd, Varint(stream));

    public static ReferencePeerFrame StreamAbort(uint stream, uint code) =>
        new(ReferencePeerFrame.StreamAbort, [.. Varint(stream), .. Varint(code)]);

    public static ReferencePeerFrame StreamStop(uint stream, uint code) =>
        new(ReferencePeerFrame.StreamStop, [.. Varint(stream), .. Varint(code)]);

    public static ReferencePeerFrame StreamCredit(uint stream, uint bytes) =>
        new(ReferencePeerFrame.StreamCredit, [.. Varint(stream), .. Varint(bytes)]);

    public static ReferencePeerFrame TraceContext(uint request, string traceId, string parentId, byte flags) =>
        new(ReferencePeerFrame.TraceContext, [.. Varint(request), .. Convert.FromHexString(traceId), .. Convert.FromHexString(parentId), flags]);

    private static byte[] Varint(uint value) => ReferencePeerFrame.EncodeLength(value);
}
