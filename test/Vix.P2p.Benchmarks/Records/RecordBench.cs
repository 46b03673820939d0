using System.Diagnostics;
using System.Security.Cryptography;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Records;

/// <summary>Sealing and opening a record, against AES-256-GCM called as it is.</summary>
internal sealed class RecordBench(BenchOptions options, Report report)
{
    private static readonly int[] Sizes = [32, 1024, RecordSealer.MaxPlaintext];

    public void Run()
    {
        Report.WriteTitle(
            "Sealing and opening a record",
            "One thread. A seal copies nothing: its plaintext lies apart from the record; an open decrypts in place. The bare",
            "cipher is AesGcm with one nonce for ever, from one buffer to another and back in place. What a record allocates is",
            "its share of the rekey every 65,536 records.");
        List<string[]> rows = [];
        foreach (int size in Sizes)
            rows.AddRange(Compare(size));
        Report.WriteTable(["bytes", "", "seal ns", "open ns", "seal MB/s", "allocated bytes a pair"], rows);
    }

    private IEnumerable<string[]> Compare(int size)
    {
        byte[] key = RandomNumberGenerator.GetBytes(RecordCipher.KeyLength);
        using var records = new RecordPair(key, size);
        using var bare = new BarePair(key, size);
        List<Turn> ours = [];
        List<Turn> theirs = [];
        int count = Math.Max(1, (int)(options.RoundTime.TotalSeconds * 200_000 / (1 + (size / 4096))));
        Measure(records, count);
        Measure(bare, count);
        for (int round = 0; round < options.Rounds; round++)
        {
            ours.Add(Measure(records, count));
            theirs.Add(Measure(bare, count));
        }

        Turn record = Turn.Median(ours);
        Turn cipher = Turn.Median(theirs);
        report.AddRatio($"a record of {size:#,0} bytes sealed and opened, against bare AES-GCM", (record.Seal + record.Open) / (cipher.Seal + cipher.Open), goal: null);
        report.AddRatio($"allocated bytes, a record of {size:#,0} bytes sealed and opened", Math.Round(record.Allocated), 0, atMost: true, unit: "bytes");
        return [Row("record", record, size), Row("bare AES-GCM", cipher, size)];
    }

    // Seals a batch and then opens it, so that each half is timed by itself and without a clock around every call.
    private static Turn Measure(IPair pair, int count)
    {
        TimeSpan seal = TimeSpan.Zero;
        TimeSpan open = TimeSpan.Zero;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int batches = Math.Max(1, count / pair.Batch);
        for (int batch = 0; batch < batches; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < pair.Batch; i++)
                pair.Seal(i);
            long between = Stopwatch.GetTimestamp();
            for (int i = 0; i < pair.Batch; i++)
                pair.Open(i);
            seal += Stopwatch.GetElapsedTime(start, between);
            open += Stopwatch.GetElapsedTime(between);
        }

        double operations = (double)batches * pair.Batch;
        return new Turn(seal.TotalNanoseconds / operations, open.TotalNanoseconds / operations, (GC.GetAllocatedBytesForCurrentThread() - allocated) / operations);
    }

    private static string[] Row(string name, Turn turn, int size) =>
        [size.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture), name, Report.Number(turn.Seal), Report.Number(turn.Open), Report.Number(size * 1e3 / turn.Seal), Report.Number(turn.Allocated)];

    private readonly record struct Turn(double Seal, double Open, double Allocated)
    {
        public static Turn Median(List<Turn> turns)
        {
            Turn[] sorted = [.. turns.OrderBy(turn => turn.Seal + turn.Open)];
            return sorted[sorted.Length / 2];
        }
    }
}
