using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Heartbeats;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>
/// The processes of the benchmarks of idle connections: one holds the ends that are measured, one the others, so that
/// neither what ran before nor the other side is counted. They talk by lines on their standard streams.
/// </summary>
internal static class IdleProcess
{
    public const string Argument = "--idle-process";
    public const string DiallerRole = "dialler";
    public const string Opened = "opened";

    private const string HubRole = "hub";
    private const string BeatRole = "beat";
    private const string Full = "full";
    private const string Quick = "quick";
    private const int AtOnce = 8;

    // The first are there before anything is counted, so that what only they cost (code that is compiled, pools and
    // tables that grow) is not counted as the others'.
    private static readonly int[] Steps = [1000, 2500, 5000];

    /// <summary>What a process holds with ever more ends, one result a step.</summary>
    public static async Task<IdleResult[]> MeasureAsync(IdleKind kind, BenchOptions options)
    {
        using Process hub = BenchProcess.Start(Argument, HubRole, kind.ToString(), Text(options.Ends), options.Quick ? Quick : Full);
        List<IdleResult> results = [];
        while (await hub.StandardOutput.ReadLineAsync() is { } line)
            results.Add(IdleResult.Parse(line));
        if (results.Count < 2)
            throw new InvalidOperationException("The other process ended; it says why above.");
        return [.. results];
    }

    /// <summary>What a process with so many ends does while they are idle.</summary>
    public static async Task<BeatResult> BeatAsync(int ends, BenchOptions options)
    {
        using Process hub = BenchProcess.Start(Argument, BeatRole, Text(ends), options.Quick ? Quick : Full);
        return BeatResult.Parse(await BenchProcess.ReadLineAsync(hub));
    }

    public static Task<int> RunAsync(string[] args) => args switch
    {
        [HubRole, string kind, string ends, string pace] => RunHubAsync(Enum.Parse<IdleKind>(kind), Number(ends), quick: pace == Quick),
        [BeatRole, string ends, string pace] => BeatHub.RunAsync(Number(ends), quick: pace == Quick),
        [DiallerRole, string kind, string port] => RunDiallerAsync(Enum.Parse<IdleKind>(kind), Number(port)),
        _ => Task.FromResult(2),
    };

    private static async Task<int> RunHubAsync(IdleKind kind, int ends, bool quick)
    {
        IIdleHub hub = kind == IdleKind.Node ? new NodeHub() : new TlsHub();
        await using (hub)
        {
            await using IdleEnds connections = new(hub, kind, await hub.StartAsync(), settle: !quick);
            int[] steps = [.. Steps.Where(step => step < ends)];
            foreach (int step in (int[])[.. steps.Length > 0 ? steps : [ends / 2], ends])
            {
                await connections.OpenAsync(step);
                Console.WriteLine(new IdleResult(step, MemoryUse.Now()).ToText());
            }
        }

        return 0;
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
