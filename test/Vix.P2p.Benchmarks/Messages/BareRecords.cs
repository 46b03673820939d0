using System.Buffers.Binary;
using System.Security.Cryptography;
using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>Records with a length, a counter for the nonce, and nothing else.</summary>
internal sealed class BareRecords(byte[] key) : IDisposable
{
    public const int Header = sizeof(int);
    public const int Overhead = Header + RecordCipher.TagLength;

    private readonly AesGcm _cipher = new(key, RecordCipher.TagLength);
    private readonly byte[] _nonce = new byte[12];
    private long _counter;

    /// <summary>Seals in place what lies between the header and <paramref name="end"/>; the record's length.</summary>
    public int Seal(Span<byte> record, int end)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, end + RecordCipher.TagLength);
        Span<byte> text = record[Header..end];
        _cipher.Encrypt(Nonce(), text, text, record.Slice(end, RecordCipher.TagLength));
        return end + RecordCipher.TagLength;
    }

    /// <summary>Opens a record in place; what was in it.</summary>
    public ReadOnlySpan<byte> Open(Span<byte> record)
    {
        Span<byte> text = record[Header..^RecordCipher.TagLength];
        _cipher.Decrypt(Nonce(), text, record[^RecordCipher.TagLength..], text);
        return text;
    }

    public void Dispose() => _cipher.Dispose();

    private byte[] Nonce()
    {
        BinaryPrimitives.WriteInt64LittleEndian(_nonce, _counter++);
        return _nonce;
    }
}
