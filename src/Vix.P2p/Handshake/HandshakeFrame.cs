using System.Buffers;
using System.Buffers.Binary;

namespace Vix.P2p.Handshake;

/// <summary>
/// The frame around each handshake message: <c>length:u16 | kind:u8 | body</c>, where the length counts kind and body
/// (docs/protocol.md, section 1). The lengths here are of that kind; a whole frame is <see cref="PrefixLength"/> longer.
/// </summary>
internal static class HandshakeFrame
{
    public const int PrefixLength = 2;

    public const int HelloLength = 75;
    public const int HelloWithKeyLength = HelloLength + CipherState.TagLength;
    public const int AckMinLength = 163;
    public const int AckMaxPayload = 64;
    public const int AckMaxLength = AckMinLength + AckMaxPayload;
    public const int FinishMinLength = 98;
    public const int FinishMaxLength = 4096;

    /// <summary>The longest frame there is, prefix included: what a receive buffer needs.</summary>
    public const int MaxFrameLength = PrefixLength + FinishMaxLength;

    private const int KindLength = 1;

    /// <summary>
    /// Looks for a whole frame at the start of the input. The length is judged as soon as its two bytes are there and
    /// the kind with the third, so nothing waits for the body of a frame that cannot be right.
    /// </summary>
    /// <param name="input">What was received.</param>
    /// <param name="expected">The kind whose turn it is.</param>
    /// <param name="networkKey">Whether this node uses a network key.</param>
    /// <param name="total">The whole frame's length, prefix included; 0 when more bytes are needed.</param>
    public static HandshakeFault TryReadLength(in ReadOnlySequence<byte> input, HandshakeKind expected, bool networkKey, out int total)
    {
        Span<byte> start = stackalloc byte[PrefixLength + KindLength];
        start = start[..(int)Math.Min(input.Length, start.Length)];
        input.Slice(0, start.Length).CopyTo(start);
        total = 0;
        HandshakeFault fault = CheckStart(start, expected, networkKey);
        if (fault == HandshakeFault.None && start.Length == PrefixLength + KindLength)
        {
            int length = PrefixLength + BinaryPrimitives.ReadUInt16BigEndian(start);
            total = input.Length >= length ? length : 0;
        }

        return fault;
    }

    /// <summary>Checks a whole frame and gives its body.</summary>
    public static HandshakeFault ReadBody(ReadOnlySpan<byte> frame, HandshakeKind expected, bool networkKey, out ReadOnlySpan<byte> body)
    {
        body = default;
        HandshakeFault fault = CheckStart(frame, expected, networkKey);
        if (fault != HandshakeFault.None)
            return fault;
        if (frame.Length < PrefixLength + KindLength || frame.Length != PrefixLength + BinaryPrimitives.ReadUInt16BigEndian(frame))
            return HandshakeFault.BadLength;
        body = frame[(PrefixLength + KindLength)..];
        return HandshakeFault.None;
    }

    /// <summary>Writes the prefix around a body that begins at <see cref="BodyOf"/> and returns the whole frame's length.</summary>
    public static int Complete(Span<byte> frame, HandshakeKind kind, int bodyLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)(KindLength + bodyLength)));
        frame[PrefixLength] = (byte)kind;
        return PrefixLength + KindLength + bodyLength;
    }

    /// <summary>The part of a frame that its body is written to.</summary>
    public static Span<byte> BodyOf(Span<byte> frame) => frame[(PrefixLength + KindLength)..];

    private static HandshakeFault CheckStart(ReadOnlySpan<byte> start, HandshakeKind expected, bool networkKey)
    {
        if (start.Length < PrefixLength)
            return HandshakeFault.None;
        HandshakeFault fault = CheckLength(BinaryPrimitives.ReadUInt16BigEndian(start), expected, networkKey);
        if (fault == HandshakeFault.None && start.Length > PrefixLength && start[PrefixLength] != (byte)expected)
            return HandshakeFault.BadKind;
        return fault;
    }

    private static HandshakeFault CheckLength(int length, HandshakeKind expected, bool networkKey)
    {
        switch (expected)
        {
            case HandshakeKind.Hello when length == (networkKey ? HelloWithKeyLength : HelloLength):
            case HandshakeKind.Ack when length is >= AckMinLength and <= AckMaxLength:
            case HandshakeKind.Finish when length is >= FinishMinLength and <= FinishMaxLength:
                return HandshakeFault.None;
            // The two lengths of Hello tell the two kinds of network apart before its flags are there.
            case HandshakeKind.Hello when length is HelloLength or HelloWithKeyLength:
                return HandshakeFault.NetworkKeyMismatch;
            default:
                return HandshakeFault.BadLength;
        }
    }
}
