using System.Buffers.Binary;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>The numbers that stand in a frame before its payload, encoded: at most 8 bytes.</summary>
internal readonly struct FramePrefix
{
    private readonly ulong _bytes;

    private FramePrefix(ReadOnlySpan<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        eight.Clear();
        bytes.CopyTo(eight);
        _bytes = BinaryPrimitives.ReadUInt64LittleEndian(eight);
        Length = bytes.Length;
    }

    private FramePrefix(ulong bytes, int length) => (_bytes, Length) = (bytes, length);

    public int Length { get; }

    /// <summary>The first byte alone, where a number of one byte stands first.</summary>
    public FramePrefix First => Byte((byte)_bytes);

    /// <summary>What stands behind the first byte.</summary>
    public FramePrefix Rest => new(_bytes >> 8, Length - 1);

    public static FramePrefix Byte(byte number) => new([number]);

    public static FramePrefix ByteAndVarint(byte number, int varint)
    {
        Span<byte> bytes = stackalloc byte[1 + FrameCodec.MaxVarint];
        bytes[0] = number;
        return new(bytes[..(1 + FrameCodec.WriteVarint(varint, bytes[1..]))]);
    }

    public static FramePrefix Varint(int varint)
    {
        Span<byte> bytes = stackalloc byte[FrameCodec.MaxVarint];
        return new(bytes[..FrameCodec.WriteVarint(varint, bytes)]);
    }

    public static FramePrefix Varints(int first, int second)
    {
        Span<byte> bytes = stackalloc byte[2 * FrameCodec.MaxVarint];
        int length = FrameCodec.WriteVarint(first, bytes);
        return new(bytes[..(length + FrameCodec.WriteVarint(second, bytes[length..]))]);
    }

    public static FramePrefix VarintAndByte(int varint, byte number)
    {
        Span<byte> bytes = stackalloc byte[1 + FrameCodec.MaxVarint];
        int length = FrameCodec.WriteVarint(varint, bytes);
        bytes[length++] = number;
        return new(bytes[..length]);
    }

    /// <summary>Writes the prefix; returns its length.</summary>
    public int Write(Span<byte> destination)
    {
        ulong rest = _bytes;
        for (int i = 0; i < Length; i++, rest >>= 8)
            destination[i] = (byte)rest;
        return Length;
    }
}
