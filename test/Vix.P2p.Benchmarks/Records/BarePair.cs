using System.Security.Cryptography;
using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Records;

/// <summary>The cipher alone: no counter, no rekey, no header, no limits.</summary>
internal sealed class BarePair : IPair
{
    private readonly AesGcm _seals;
    private readonly AesGcm _opens;
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _plaintext;
    private readonly byte[][] _sealed;

    public BarePair(byte[] key, int size)
    {
        _seals = new AesGcm(key, RecordCipher.TagLength);
        _opens = new AesGcm(key, RecordCipher.TagLength);
        _plaintext = new byte[size];
        _sealed = Records.Batch.Create(size + RecordCipher.TagLength);
    }

    public int Batch => _sealed.Length;

    public void Seal(int index) => _seals.Encrypt(_nonce, _plaintext, _sealed[index].AsSpan(0, _plaintext.Length), _sealed[index].AsSpan(_plaintext.Length));

    public void Open(int index)
    {
        Span<byte> text = _sealed[index].AsSpan(0, _plaintext.Length);
        _opens.Decrypt(_nonce, text, _sealed[index].AsSpan(_plaintext.Length), text);
    }

    public void Dispose()
    {
        _seals.Dispose();
        _opens.Dispose();
    }
}
