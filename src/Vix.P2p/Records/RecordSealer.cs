using System.Buffers.Binary;

namespace Vix.P2p.Records;

/// <summary>Seals the records of one direction. One caller at a time: the order of the calls is the order on the wire.</summary>
internal sealed class RecordSealer : IDisposable
{
    /// <summary>The most plaintext a record holds.</summary>
    public const int MaxPlaintext = RecordHeader.MaxRecord - RecordCipher.TagLength;

    public const int HeaderLength = RecordHeader.Length;
    public const int TagLength = RecordCipher.TagLength;

    private readonly RecordCipher _cipher;

    /// <summary>Makes the sealer; it copies the key.</summary>
    /// <param name="key">32 bytes; zeroing them stays the caller's.</param>
    /// <param name="counter">Where the counter starts; other than 0 only in tests of its edges.</param>
    public RecordSealer(ReadOnlySpan<byte> key, ulong counter = 0) => _cipher = new RecordCipher(key, counter);

    /// <summary>Writes prefix, ciphertext and tag; false, with nothing written, when the counter is used up.</summary>
    /// <param name="plaintext">1 to 65519 bytes: either in place, at <c>record[2..]</c>, or apart from it.</param>
    /// <param name="record">Room for the plaintext and 18 bytes more.</param>
    /// <param name="written">The length of the record with its prefix.</param>
    public bool TrySeal(ReadOnlySpan<byte> plaintext, Span<byte> record, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plaintext.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintext.Length, MaxPlaintext);
        int length = plaintext.Length + TagLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(record.Length, HeaderLength + length);

        written = 0;
        if (_cipher.IsExhausted)
            return false;
        Span<byte> ciphertext = record.Slice(HeaderLength, plaintext.Length);
        _cipher.Encrypt(plaintext, ciphertext, record.Slice(HeaderLength + plaintext.Length, TagLength));
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)length);
        written = HeaderLength + length;
        return true;
    }

    /// <summary>Gives up what is quickly made again; see <see cref="RecordCipher.Rest"/>.</summary>
    public void Rest() => _cipher.Rest();

    public void Dispose() => _cipher.Dispose();
}
