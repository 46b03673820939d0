using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Messages;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>What readers of event streams take from the messages of the same node.</summary>
internal sealed class EventsBench(BenchOptions options, Report report)
{
    private const int Bytes = 1024;
    private const int Readers = 200;
    private const int EventsPerSecond = 1000;

    public async Task RunAsync()
    {
        Report.WriteTitle(
            $"{Readers} readers of GET events, at {EventsPerSecond:#,0} events a second",
            "Messages of 1 KiB as fast as SendAsync takes them, both nodes in this process, in turns: alone, with readers that have",
            "nothing to read but the status every 2 s, with events that nobody reads, and with events that all read. The readers are",
            "raw sockets in a process of their own, which shares the cores; what it takes of them is shown. Events are dials of the",
            "node that fail: they cost too, with readers or without.");
        await using NodeFlow flow = await NodeFlow.StartAsync(Bytes, EventSource.AddTo);
        await using ControlHost host = await ControlHost.StartAsync(flow.Nodes.Server);
        await using EventReaderProcess readers = new();
        Turn[] turns =
        [
            new("messages alone", Events: 0, Readers: 0),
            new($"{Readers} idle readers", Events: 0, Readers),
            new("events, no reader", EventsPerSecond, Readers: 0),
            new($"events, {Readers} readers", EventsPerSecond, Readers),
        ];
        List<Outcome>[] outcomes = [.. turns.Select(_ => new List<Outcome>())];
        for (int round = -1; round < options.Rounds; round++)
        {
            for (int i = 0; i < turns.Length; i++)
            {
                Outcome outcome = await RunAsync(turns[i], round < 0 ? options.WarmUp : options.RoundTime, flow, host, readers);
                if (round >= 0)
                    outcomes[i].Add(outcome);
            }
        }

        Outcome[] median = [.. outcomes.Select(all => all.OrderBy(outcome => outcome.Sample.PerSecond).ElementAt(all.Count / 2))];
        Report.WriteTable(
            ["", "messages/s", "processor ns each", "events/s", "events/s read by one", "MB/s to readers", "readers' process, % of a core"],
            [.. turns.Zip(median, (turn, outcome) => (string[])
            [
                turn.Name,
                Report.Number(outcome.Sample.PerSecond),
                Report.Number(outcome.Sample.Processor * 1000),
                Report.Number(outcome.Events),
                Report.Number(outcome.Read),
                Report.Number(outcome.BytesRead / 1e6),
                Report.Number(outcome.ReaderCores * 100),
            ])]);
        AddRatios($"{Readers} idle readers against none", median[0], median[1]);
        AddRatios($"{Readers} readers of {EventsPerSecond:#,0} events/s against none", median[2], median[3]);
    }

    // The readers would be elsewhere, so the share of the cores that their process took is taken off.
    private void AddRatios(string what, Outcome without, Outcome with)
    {
        double left = 1 - with.ReaderCores / Environment.ProcessorCount;
        report.AddRatio($"messages/s, {what}, their own process taken off", with.Sample.PerSecond / (without.Sample.PerSecond * left), 0.95);
        report.AddRatio($"messages/s, {what}, their own process included", with.Sample.PerSecond / without.Sample.PerSecond, goal: null);
        report.AddRatio($"processor time of a message, {what}", with.Sample.Processor / without.Sample.Processor, goal: null);
    }

    private static async Task<Outcome> RunAsync(Turn turn, TimeSpan time, NodeFlow flow, ControlHost host, EventReaderProcess readers)
    {
        if (turn.Readers > 0)
            await readers.OpenAsync(host.Port, turn.Readers);
        (long bytes, long messages, TimeSpan processor) = await readers.MarkAsync();
        Task<int> events = turn.Events > 0 ? EventSource.RunAsync(flow.Nodes.Server, turn.Events, time) : Task.FromResult(0);
        long start = Stopwatch.GetTimestamp();
        Sample sample = await Rounds.TurnAsync(new Runner(turn.Name, flow.RunAsync), time);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int made = await events;
        (long bytesThen, long messagesThen, TimeSpan processorThen) = await readers.MarkAsync();
        if (turn.Readers > 0)
            await readers.CloseAsync();
        return new Outcome(
            sample,
            made / seconds,
            (messagesThen - messages) / seconds,
            (bytesThen - bytes) / seconds,
            (processorThen - processor).TotalSeconds / seconds);
    }

    private sealed record Turn(string Name, int Events, int Readers);

    private readonly record struct Outcome(Sample Sample, double Events, double Read, double BytesRead, double ReaderCores);
}
