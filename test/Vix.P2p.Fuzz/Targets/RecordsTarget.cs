using System.Buffers;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Records;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>A stream of sealed records: nothing but the record whose turn it is ever opens, and to nothing but its own plaintext.</summary>
internal sealed class RecordsTarget : IFuzzTarget
{
    private const int Count = 4;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    private readonly byte[][] _plaintexts = [.. Enumerable.Range(0, Count).Select(i => Enumerable.Range(0, 1 + (i * 40)).Select(j => (byte)(i + j)).ToArray())];
    private readonly byte[][] _records;
    private readonly byte[] _room = new byte[RecordHeader.MaxRecord];

    public RecordsTarget()
    {
        using var sealer = new RecordSealer(Key);
        _records = [.. _plaintexts.Select(plaintext =>
        {
            byte[] record = new byte[plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength];
            sealer.TrySeal(plaintext, record, out _);
            return record;
        })];
    }

    public string Name => "records";

    public int MaxLength => 1024;

    public IEnumerable<byte[]> Seeds => [[.. _records.SelectMany(record => record)], _records[0], [.. _records[0], .. _records[1]]];

    public IReadOnlyList<byte[]> Words => [.. _records, [0, 16], [0, 17], [0xFF, 0xFF]];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        using var opener = new RecordOpener(Key);
        int opened = 0;
        while (true)
        {
            RecordStatus status = RecordHeader.TryReadLength(new ReadOnlySequence<byte>(input[..Math.Min(2, input.Length)].ToArray()), out int length);
            coverage.Visit(((int)status * 32) + Coverage.Size(length));
            if (status != RecordStatus.Ok || input.Length < RecordHeader.Length + length)
                return;
            Span<byte> record = _room.AsSpan(0, length);
            input.Slice(RecordHeader.Length, length).CopyTo(record);
            status = opener.TryOpen(record, out int plaintext);
            coverage.Visit(500 + ((int)status * 8) + opened);
            if (status != RecordStatus.Ok)
                return;
            Broken.Unless(opened < Count && record[..plaintext].SequenceEqual(_plaintexts[opened]), "a record opens that was never sealed");
            opened++;
            input = input[(RecordHeader.Length + length)..];
        }
    }

    public void Dispose()
    {
    }
}
