using System.Buffers.Binary;

namespace Vix.P2p.Messages;

/// <summary>Messages that have come, one behind the other in a pooled array, each with its request's number and its length.</summary>
/// <param name="Array">The array; whoever has handled the last message returns it.</param>
/// <param name="Length">The bytes in it.</param>
/// <param name="Cost">What the messages have cost of the sender's credit.</param>
internal readonly record struct InboxSegment(byte[] Array, int Length, int Cost)
{
    /// <summary>What stands before each message.</summary>
    public const int HeaderLength = 2 * sizeof(int);

    /// <summary>In the place of a request's number: it is none.</summary>
    public const int NoRequest = -1;

    public static void WriteHeader(Span<byte> destination, int request, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, request);
        BinaryPrimitives.WriteInt32LittleEndian(destination[sizeof(int)..], length);
    }

    /// <summary>The message at a place, which moves on behind it.</summary>
    public ReadOnlyMemory<byte> Read(ref int at, out int request)
    {
        ReadOnlySpan<byte> header = Array.AsSpan(at, HeaderLength);
        request = BinaryPrimitives.ReadInt32LittleEndian(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[sizeof(int)..]);
        int start = at + HeaderLength;
        at = start + length;
        return new ReadOnlyMemory<byte>(Array, start, length);
    }
}
