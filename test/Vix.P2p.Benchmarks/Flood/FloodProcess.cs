using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>
/// The processes of a flood: the node, its honest peer and the flooder, so that none runs on another's threads. They
/// answer each line of their input by one of their output; the end of the input ends them.
/// </summary>
internal sealed class FloodProcess : IAsyncDisposable
{
    public const string Argument = "--flood-process";

    private const string TargetRole = "target";
    private const string HonestRole = "honest";
    private const string FlooderRole = "flooder";
    private const string Ready = "ready";
    private const string Messages = "messages";
    private const string Requests = "requests";
    private const string NoKey = "none";

    private readonly Process _process;

    private FloodProcess(params string[] args) => _process = BenchProcess.Start([Argument, .. args]);

    public static FloodProcess Target(FloodKind kind, string networkKey) => new(TargetRole, kind.ToString(), networkKey);

    public static FloodProcess Honest(int port, string? networkKey) => new(HonestRole, Text(port), networkKey ?? NoKey);

    public static FloodProcess Flooder(int port, FloodKind kind, int rate, TimeSpan time) => new(FlooderRole, Text(port), kind.ToString(), Text(rate), Text(time.TotalSeconds));

    /// <summary>What it says once it is ready.</summary>
    public Task<string> ReadAsync() => BenchProcess.ReadLineAsync(_process);

    public async Task<string> AskAsync(string line)
    {
        await BeginAsync(line);
        return await ReadAsync();
    }

    public async Task BeginAsync(string line = "")
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async Task<double[]> SendAsync(TimeSpan time) => Figures(await AskAsync($"{Messages} {Text(time.TotalSeconds)}"));

    public async Task<double[]> RequestAsync(TimeSpan time) => Figures(await AskAsync($"{Requests} {Text(time.TotalSeconds)}"));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static Task<int> RunAsync(string[] args) => args switch
    {
        [TargetRole, string kind, string key] => RunTargetAsync(Enum.Parse<FloodKind>(kind), key),
        [HonestRole, string port, string key] => RunHonestAsync((int)Number(port), key == NoKey ? null : key),
        [FlooderRole, string port, string kind, string rate, string seconds] =>
            RunFlooderAsync(new Flooder((ushort)Number(port), Enum.Parse<FloodKind>(kind), (int)Number(rate)), TimeSpan.FromSeconds(Number(seconds))),
        _ => Task.FromResult(2),
    };

    private static async Task<int> RunTargetAsync(FloodKind kind, string networkKey)
    {
        await using FloodTarget target = new(kind, networkKey);
        (int node, int flooded) = await target.StartAsync();
        Console.WriteLine($"{Text(node)} {Text(flooded)}");
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(target.Mark().ToText());
        return 0;
    }

    private static async Task<int> RunHonestAsync(int port, string? networkKey)
    {
        await using HonestPeer peer = new(networkKey);
        await peer.ConnectAsync(port);
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            var time = TimeSpan.FromSeconds(Number(words[1]));
            if (words[0] == Messages)
            {
                Console.WriteLine(Text(await peer.SendAsync(time)));
                continue;
            }

            (double perSecond, double median, double slow) = await peer.AskAsync(time);
            Console.WriteLine($"{Text(perSecond)} {Text(median)} {Text(slow)}");
        }

        return 0;
    }

    private static async Task<int> RunFlooderAsync(Flooder flooder, TimeSpan time)
    {
        Console.WriteLine(Ready);
        if (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(flooder.Run(time).ToText());
        return 0;
    }

    private static double[] Figures(string text) => [.. text.Split(' ').Select(Number)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
