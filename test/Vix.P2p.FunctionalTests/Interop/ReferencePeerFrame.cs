namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>One frame of section 3.</summary>
internal sealed record ReferencePeerFrame(byte Kind, byte[] Body)
{
    public const byte Ready = 1;
    public const byte Reject = 2;
    public const byte Ping = 3;
    public const byte Pong = 4;
    public const byte Close = 5;
    public const byte Message = 6;
    public const byte MessagePart = 7;
    public const byte Request = 8;
    public const byte RequestPart = 9;
    public const byte Response = 10;
    public const byte ResponsePart = 11;
    public const byte Failure = 12;
    public const byte Cancel = 13;
    public const byte Discard = 14;
    public const byte Credit = 15;
    public const byte StreamOpen = 16;
    public const byte StreamData = 17;
    public const byte StreamEnd = 18;
    public const byte StreamAbort = 19;
    public const byte StreamStop = 20;
    public const byte StreamCredit = 21;
    public const byte FirstExtension = 128;
    public const byte TraceContext = 128;

    public const int MaxBody = 65_536;
    public const int MaxLengthBytes = 4;

    public byte[] Encode() => [Kind, .. EncodeLength((uint)Body.Length), .. Body];

    /// <summary>A length alone, for frames that claim more than they carry.</summary>
    public static byte[] EncodeLength(uint length)
    {
        var bytes = new List<byte>();
        for (; length >= 0x80; length >>= 7)
        {
            bytes.Add((byte)(length | 0x80));
        }

        bytes.Add((byte)length);
        return [.. bytes];
    }

    /// <summary>Takes the first frame of what has been decrypted so far; null when there is not enough of it.</summary>
    /// <exception cref="ReferencePeerException">The length is too large or not in its shortest form.</exception>
    public static ReferencePeerFrame? TryDecode(ReadOnlySpan<byte> stream, out int consumed)
    {
        consumed = 0;
        uint length = 0;
        for (var at = 1; at < stream.Length; at++)
        {
            var next = stream[at];
            length |= (uint)(next & 0x7F) << (7 * (at - 1));
            if (length > MaxBody || (next == 0 && at > 1) || (next >= 0x80 && at == MaxLengthBytes))
            {
                throw new ReferencePeerException($"The length of a frame of kind {stream[0]} is not allowed.");
            }

            if (next < 0x80)
            {
                var end = at + 1 + (int)length;
                if (stream.Length < end)
                {
                    return null;
                }

                consumed = end;
                return new ReferencePeerFrame(stream[0], stream[(at + 1)..end].ToArray());
            }
        }

        return null;
    }
}
