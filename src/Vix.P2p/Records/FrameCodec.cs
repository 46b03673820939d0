using System.Buffers.Binary;

namespace Vix.P2p.Records;

/// <summary>Frames as bytes: <c>kind:u8 | length:varint | body</c>.</summary>
internal static class FrameCodec
{
    /// <summary>The most a body may have.</summary>
    public const int MaxBody = 65_536;

    /// <summary>A kind and the longest varint that is read.</summary>
    public const int MaxHeader = 1 + MaxVarint;

    /// <summary>The most an introduction may have, as the body of Ready.</summary>
    public const int MaxIntroduction = 3_072;

    /// <summary>The most a Failure says, in bytes of UTF-8.</summary>
    public const int MaxFailureText = 256;

    /// <summary>The most a varint can be: 28 bits.</summary>
    public const int MaxNumber = (1 << 28) - 1;

    /// <summary>The opaque bytes of Ping and Pong.</summary>
    public const int TokenLength = sizeof(ulong);

    /// <summary>The bytes of the longest varint.</summary>
    public const int MaxVarint = 4;

    /// <summary>
    /// Reads a header. Every verdict is given at the earliest byte that allows it, so that no body is waited for that
    /// cannot be right.
    /// </summary>
    public static FrameStatus TryReadHeader(ReadOnlySpan<byte> input, out FrameHeader header)
    {
        header = default;
        if (input.IsEmpty)
            return FrameStatus.NeedMore;
        FrameKind kind = (FrameKind)input[0];
        if (!TryGetBodyRange(kind, out int shortest, out int longest))
            return FrameStatus.UnknownKind;

        FrameStatus status = TryReadVarint(input[1..], out int length, out int size);
        if (status != FrameStatus.Ok)
            return status;
        if (length > MaxBody)
            return FrameStatus.TooLarge;
        if (length < shortest || length > longest)
            return FrameStatus.BadBodyLength;
        header = new FrameHeader(kind, length, 1 + size);
        return FrameStatus.Ok;
    }

    /// <summary>The bytes of a frame with a body of that length.</summary>
    public static int Size(int bodyLength) => 1 + VarintSize(bodyLength) + bodyLength;

    /// <summary>Writes a frame; returns its length.</summary>
    public static int Write(FrameKind kind, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        int header = WriteHeader(kind, body.Length, destination);
        body.CopyTo(destination[header..]);
        return header + body.Length;
    }

    /// <summary>Writes what stands before a body that is encoded in place; returns its length.</summary>
    public static int WriteHeader(FrameKind kind, int bodyLength, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bodyLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bodyLength, MaxBody);
        destination[0] = (byte)kind;
        return 1 + WriteVarint(bodyLength, destination[1..]);
    }

    /// <summary>Writes a number in its shortest form; returns its length.</summary>
    /// <param name="value">0 to 2^28 − 1.</param>
    /// <param name="destination">Room for 4 bytes.</param>
    public static int WriteVarint(int value, Span<byte> destination)
    {
        int at = 0;
        uint rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            destination[at++] = (byte)(rest | 0x80);
        destination[at++] = (byte)rest;
        return at;
    }

    /// <summary>Takes a number from the front of a body; false when there is none in its shortest form.</summary>
    public static bool TryTakeVarint(ref ReadOnlySpan<byte> body, out int value)
    {
        if (TryReadVarint(body, out value, out int size) != FrameStatus.Ok)
            return false;
        body = body[size..];
        return true;
    }

    public static int WriteClose(CloseCode code, Span<byte> destination) =>
        Write(FrameKind.Close, [(byte)code], destination);

    public static int WritePing(ulong token, Span<byte> destination) => WriteToken(FrameKind.Ping, token, destination);

    public static int WritePong(ulong token, Span<byte> destination) => WriteToken(FrameKind.Pong, token, destination);

    /// <summary>The body of a Ping or Pong as a number, whose value means something to the pinging side only.</summary>
    public static ulong ReadToken(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt64BigEndian(body);

    private static int WriteToken(FrameKind kind, ulong token, Span<byte> destination)
    {
        int header = WriteHeader(kind, TokenLength, destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[header..], token);
        return header + TokenLength;
    }

    private static bool TryGetBodyRange(FrameKind kind, out int shortest, out int longest)
    {
        (shortest, longest) = kind switch
        {
            FrameKind.Ready => (1, MaxIntroduction),
            FrameKind.Reject or FrameKind.Close => (1, 1),
            FrameKind.Ping or FrameKind.Pong => (TokenLength, TokenLength),
            FrameKind.Message => (1, MaxBody),
            FrameKind.MessagePart or FrameKind.Request => (2, MaxBody),
            FrameKind.RequestPart => (3, MaxBody),
            FrameKind.Response => (1, MaxBody),
            FrameKind.ResponsePart or FrameKind.StreamData => (2, MaxBody),
            FrameKind.Failure => (2, (2 * MaxVarint) + MaxFailureText),
            FrameKind.Cancel or FrameKind.StreamEnd => (1, MaxVarint),
            FrameKind.Discard => (1, 1),
            FrameKind.Credit or FrameKind.StreamOpen => (2, 1 + MaxVarint),
            FrameKind.StreamAbort or FrameKind.StreamStop or FrameKind.StreamCredit => (2, 2 * MaxVarint),
            >= FrameKind.FirstExtension => (0, MaxBody),
            _ => (0, -1),
        };
        return longest >= 0;
    }

    private static FrameStatus TryReadVarint(ReadOnlySpan<byte> input, out int value, out int size)
    {
        value = 0;
        for (size = 0; size < MaxVarint; size++)
        {
            if (size == input.Length)
                return FrameStatus.NeedMore;
            byte next = input[size];
            value |= (next & 0x7F) << (7 * size);
            if (next < 0x80)
            {
                // A last byte of zero adds nothing: the form without it is shorter.
                bool shortest = next != 0 || size == 0;
                size++;
                return shortest ? FrameStatus.Ok : FrameStatus.BadLength;
            }
        }

        return FrameStatus.BadLength;
    }

    /// <summary>The bytes of a number in its shortest form.</summary>
    public static int VarintSize(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };
}
