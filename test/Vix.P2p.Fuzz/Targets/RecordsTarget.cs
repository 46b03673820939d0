using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Records;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// A stream of sealed records, in pieces: nothing but the record whose turn it is ever opens, and to nothing but its own
/// plaintext; what does not open leaves the turn where it was. The first byte of the input says where the counter begins:
/// at zero, before a rekey, or before its end.
/// </summary>
internal sealed class RecordsTarget : IFuzzTarget
{
    private const int Count = 4;
    private const int OpenState = 1000;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    private static readonly ulong[] Counters = [0, RecordCipher.RecordsPerKey - 2, RecordCipher.CounterLimit - 2];
    private static readonly string[] Statuses = Enum.GetNames<RecordStatus>();

    private readonly byte[][] _plaintexts = [.. Enumerable.Range(0, Count).Select(i => Enumerable.Range(0, 1 + (i * 40)).Select(j => (byte)(i + j)).ToArray())];
    private readonly byte[][][] _records;

    public RecordsTarget() => _records = [.. Counters.Select(Seal)];

    public string Name => "records";

    public int MaxLength => 1024;

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            for (byte stream = 0; stream < Counters.Length; stream++)
            {
                yield return [stream, .. _records[stream].SelectMany(record => record)];
                yield return [stream, .. _records[stream][0]];
            }

            // A record of before the end where the counter has come to it.
            yield return [2, .. _records[2][0], .. _records[2][1], .. _records[0][0]];
        }
    }

    public IReadOnlyList<byte[]> Words => [.. _records.SelectMany(stream => stream), [0, 16], [0, 17], [0xFF, 0xFF]];

    public IReadOnlyCollection<string> Outcomes => Statuses;

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        if (input.IsEmpty)
            return;
        int stream = input[0] % Counters.Length;
        byte[] bytes = input[1..].ToArray();
        (RecordStatus end, int opened) = Read(new PieceReader(bytes, null), stream, coverage);
        Broken.Unless(Read(new PieceReader(bytes, new Cuts(bytes)), stream, null) == (end, opened), "whole and cut come to another end");
    }

    public void Dispose()
    {
    }

    private byte[][] Seal(ulong counter)
    {
        using var sealer = new RecordSealer(Key, counter);
        List<byte[]> records = [];
        foreach (byte[] plaintext in _plaintexts)
        {
            byte[] record = new byte[plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength];
            if (sealer.TrySeal(plaintext, record, out int length))
                records.Add(record[..length]);
        }

        return [.. records];
    }

    private (RecordStatus End, int Opened) Read(PieceReader input, int stream, Coverage? coverage)
    {
        byte[][] records = _records[stream];
        using var opener = new RecordOpener(Key, Counters[stream]);
        for (int opened = 0; ;)
        {
            ReadResult read = PieceReader.Now(input.ReadAsync());
            RecordStatus status = RecordHeader.TryReadLength(read.Buffer, out int length);
            coverage?.Visit(((int)status * 32) + Coverage.Size(length));
            coverage?.Reach(Statuses[(int)status]);
            Broken.Unless(status == RecordStatus.Ok ? length is >= RecordHeader.MinRecord and <= RecordHeader.MaxRecord : length == 0, "a length is out of its range");
            if (status == RecordStatus.BadLength)
                return (status, opened);
            if (status == RecordStatus.NeedMore || read.Buffer.Length < RecordHeader.Length + length)
            {
                if (read.IsCompleted)
                    return (RecordStatus.NeedMore, opened);
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            byte[] record = read.Buffer.Slice(RecordHeader.Length, length).ToArray();
            input.AdvanceTo(read.Buffer.GetPosition(RecordHeader.Length + length));
            status = opener.TryOpen(record, out int plaintext);
            coverage?.Visit(OpenState + (((((int)status * Counters.Length) + stream) * 8) + opened));
            coverage?.Reach(Statuses[(int)status]);
            if (status != RecordStatus.Ok)
            {
                Broken.Unless(plaintext == 0, "what does not open has a length");
                CheckTurn(opener, records, opened);
                return (status, opened);
            }

            Broken.Unless(opened < records.Length && record.AsSpan(0, plaintext).SequenceEqual(_plaintexts[opened]), "a record opens that was never sealed");
            opened++;
        }
    }

    private void CheckTurn(RecordOpener opener, byte[][] records, int opened)
    {
        if (opened == records.Length)
            return;
        byte[] next = records[opened][RecordHeader.Length..];
        Broken.Unless(opener.TryOpen(next, out int length) == RecordStatus.Ok && next.AsSpan(0, length).SequenceEqual(_plaintexts[opened]), "what does not open has moved the counter");
    }
}
