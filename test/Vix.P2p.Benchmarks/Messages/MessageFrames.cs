using System.Buffers.Binary;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>The framing of the rivals: four bytes of length before each message, gathered in 64 KiB.</summary>
internal static class MessageFrames
{
    public const int Prefix = sizeof(int);

    private const int Gathered = 64 * 1024;

    /// <summary>The size of a buffer that frames are gathered in: 64 KiB, or one frame.</summary>
    public static int Room(int size) => Math.Max(Gathered, Prefix + size);

    /// <summary>Writes the length and the message; the message as it lies in the buffer.</summary>
    public static Span<byte> Write(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, message.Length);
        Span<byte> body = destination.Slice(Prefix, message.Length);
        message.CopyTo(body);
        return body;
    }

    /// <summary>Counts the frames that are whole; how many bytes they have.</summary>
    public static int Walk(ReadOnlySpan<byte> buffer, Tally tally)
    {
        int at = 0;
        while (buffer.Length - at >= Prefix)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer[at..]);
            if (buffer.Length - at - Prefix < length)
                break;
            tally.Take(buffer.Slice(at + Prefix, length));
            at += Prefix + length;
        }

        return at;
    }
}
