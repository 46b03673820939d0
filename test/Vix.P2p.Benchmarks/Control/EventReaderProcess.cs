using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Control;

/// <summary><see cref="EventReaders"/> in a process of their own, so that reading is not counted as serving.</summary>
internal sealed class EventReaderProcess : IAsyncDisposable
{
    public const string Argument = "--event-readers";

    private const string Open = "open";
    private const string Close = "close";
    private const string Mark = "mark";

    private readonly Process _process = BenchProcess.Start(Argument);

    public Task OpenAsync(int port, int count) => AskAsync(string.Create(CultureInfo.InvariantCulture, $"{Open} {port} {count}"));

    public Task CloseAsync() => AskAsync(Close);

    /// <summary>What was read since they were opened, and what all of it has taken of the processor since the process began.</summary>
    public async Task<(long Bytes, long Messages, TimeSpan Processor)> MarkAsync()
    {
        long[] figures = [.. (await AskAsync(Mark)).Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture))];
        return (figures[0], figures[1], new TimeSpan(figures[2]));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static async Task<int> RunAsync()
    {
        EventReaders? readers = null;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string answer = "";
            switch (line.Split(' '))
            {
                case [Open, string port, string count]:
                    readers = await EventReaders.OpenAsync(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
                    break;
                case [Mark]:
                    answer = string.Create(CultureInfo.InvariantCulture, $"{readers?.Bytes ?? 0} {readers?.Messages ?? 0} {Environment.CpuUsage.TotalTime.Ticks}");
                    break;
                case [Close]:
                    await readers!.DisposeAsync();
                    readers = null;
                    break;
            }

            Console.WriteLine(answer);
        }

        return 0;
    }

    private async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await BenchProcess.ReadLineAsync(_process);
    }
}
