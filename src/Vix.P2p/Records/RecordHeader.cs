using System.Buffers;
using System.Buffers.Binary;

namespace Vix.P2p.Records;

/// <summary>The two clear bytes before a record: the length of ciphertext and tag together.</summary>
internal static class RecordHeader
{
    /// <summary>The bytes of the prefix.</summary>
    public const int Length = sizeof(ushort);

    /// <summary>One byte of ciphertext and its tag; there is no empty record.</summary>
    public const int MinRecord = 1 + RecordCipher.TagLength;

    /// <summary>The most a u16 can say.</summary>
    public const int MaxRecord = ushort.MaxValue;

    /// <summary>Reads the length; says nothing about whether the record itself has come.</summary>
    public static RecordStatus TryReadLength(in ReadOnlySequence<byte> input, out int length)
    {
        length = 0;
        if (input.Length < Length)
            return RecordStatus.NeedMore;

        Span<byte> prefix = stackalloc byte[Length];
        input.Slice(0, Length).CopyTo(prefix);
        int claimed = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (claimed < MinRecord)
            return RecordStatus.BadLength;
        length = claimed;
        return RecordStatus.Ok;
    }
}
