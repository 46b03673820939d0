namespace Vix.P2p.Records;

/// <summary>Opens the records of one direction, in the order they come. One caller at a time.</summary>
internal sealed class RecordOpener : IDisposable
{
    private readonly RecordCipher _cipher;

    /// <summary>Makes the opener; it copies the key.</summary>
    /// <param name="key">32 bytes; zeroing them stays the caller's.</param>
    /// <param name="counter">Where the counter starts; other than 0 only in tests of its edges.</param>
    public RecordOpener(ReadOnlySpan<byte> key, ulong counter = 0) => _cipher = new RecordCipher(key, counter);

    /// <summary>
    /// Opens a record in place: on Ok its first <paramref name="plaintextLength"/> bytes are the plaintext. After
    /// NotAuthentic its bytes are worthless, and the counter stands where it stood.
    /// </summary>
    /// <param name="record">Ciphertext and tag, without the prefix.</param>
    /// <param name="plaintextLength">The length of the plaintext.</param>
    public RecordStatus TryOpen(Span<byte> record, out int plaintextLength)
    {
        plaintextLength = 0;
        if (record.Length is < RecordHeader.MinRecord or > RecordHeader.MaxRecord)
            return RecordStatus.BadLength;
        if (_cipher.IsExhausted)
            return RecordStatus.CounterExhausted;
        int length = record.Length - RecordCipher.TagLength;
        Span<byte> text = record[..length];
        if (!_cipher.TryDecrypt(text, record[length..], text))
            return RecordStatus.NotAuthentic;
        plaintextLength = length;
        return RecordStatus.Ok;
    }

    /// <summary>Gives up what is quickly made again; see <see cref="RecordCipher.Rest"/>.</summary>
    public void Rest() => _cipher.Rest();

    public void Dispose() => _cipher.Dispose();
}
