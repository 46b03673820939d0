using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>
/// The processes of the memory benchmark: one holds the ends that are measured, one the others, so that neither what
/// ran before nor the other side is counted. They talk by lines on their standard streams.
/// </summary>
internal static class IdleProcess
{
    public const string Argument = "--idle-process";

    private const string HubRole = "hub";
    private const string DiallerRole = "dialler";
    private const string Opened = "opened";

    // Connections that are there before the first measurement, so that what only the first ones cost (code that is
    // compiled, pools and tables that grow) is not counted as the others'.
    private const int MaxWarmConnections = 1000;
    private const int AtOnce = 8;

    private const int MostWaits = 500;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs both processes and gives what the measured one says.</summary>
    public static async Task<IdleResult> MeasureAsync(IdleKind kind, BenchOptions options)
    {
        using Process hub = BenchProcess.Start(Argument, HubRole, kind.ToString(), Text(options.Ends), options.Quick ? "quick" : "full");
        return IdleResult.Parse(await BenchProcess.ReadLineAsync(hub));
    }

    public static Task<int> RunAsync(string[] args) => args switch
    {
        [HubRole, string kind, string ends, string pace] => RunHubAsync(Enum.Parse<IdleKind>(kind), Number(ends), quick: pace == "quick"),
        [DiallerRole, string kind, string port] => RunDiallerAsync(Enum.Parse<IdleKind>(kind), Number(port)),
        _ => Task.FromResult(2),
    };

    private static async Task<int> RunHubAsync(IdleKind kind, int ends, bool quick)
    {
        IIdleHub hub = kind == IdleKind.Node ? new NodeHub() : new TlsHub();
        await using (hub)
        {
            int port = await hub.StartAsync();
            using Process dialler = BenchProcess.Start(Argument, DiallerRole, kind.ToString(), Text(port));
            int warm = Math.Min(ends / 2, MaxWarmConnections);
            await OpenAsync(dialler, hub, warm, warm, quick);
            var before = MemoryUse.Now();
            await OpenAsync(dialler, hub, ends - warm, ends, quick);
            Console.WriteLine(IdleResult.Between(before, MemoryUse.Now(), ends - warm).ToText());
            dialler.StandardInput.Close();
            await dialler.WaitForExitAsync();
        }

        return 0;
    }

    private static async Task OpenAsync(Process dialler, IIdleHub hub, int count, int expected, bool quick)
    {
        await dialler.StandardInput.WriteLineAsync(Text(count));
        string answer = await BenchProcess.ReadLineAsync(dialler);
        // The dialling side is through a moment before this one has written it down.
        for (int waited = 0; hub.Connected != expected && waited < MostWaits; waited++)
            await Task.Delay(Wait);
        if (answer != Opened || hub.Connected != expected)
            throw new InvalidOperationException($"{hub.Connected} of {expected} connections are there: {answer}");
        if (!quick)
            await Task.Delay(hub.Settle);
    }

    // Opens as many as each line of the input says; the end of the input ends them.
    private static async Task<int> RunDiallerAsync(IdleKind kind, int port)
    {
        IIdleDialler dialler = kind == IdleKind.Node ? new NodeDialler() : new TlsDialler();
        await using (dialler)
        {
            while (await Console.In.ReadLineAsync() is { } line)
            {
                await Parallel.ForAsync(0, Number(line), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => await dialler.OpenAsync(port));
                Console.WriteLine(Opened);
            }
        }

        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
