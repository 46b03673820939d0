using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Records;

internal sealed class RecordPair : IPair
{
    private readonly RecordSealer _sealer;
    private readonly RecordOpener _opener;
    private readonly byte[] _plaintext;
    private readonly byte[][] _records;

    public RecordPair(byte[] key, int size)
    {
        _sealer = new RecordSealer(key);
        _opener = new RecordOpener(key);
        _plaintext = new byte[size];
        _records = Records.Batch.Create(RecordSealer.HeaderLength + size + RecordSealer.TagLength);
    }

    public int Batch => _records.Length;

    public void Seal(int index)
    {
        if (!_sealer.TrySeal(_plaintext, _records[index], out _))
            throw new InvalidOperationException("The counter is used up.");
    }

    public void Open(int index)
    {
        if (_opener.TryOpen(_records[index].AsSpan(RecordSealer.HeaderLength), out _) != RecordStatus.Ok)
            throw new InvalidOperationException("A record did not open.");
    }

    public void Dispose()
    {
        _sealer.Dispose();
        _opener.Dispose();
    }
}
