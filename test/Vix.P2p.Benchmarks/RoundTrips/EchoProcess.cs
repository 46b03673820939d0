using System.Diagnostics;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.RoundTrips;

/// <summary>An <see cref="EchoHost"/> in a process of its own.</summary>
internal sealed class EchoProcess : IAsyncDisposable
{
    public const string Argument = "--echo-process";

    private readonly Process _process = BenchProcess.Start(Argument);

    public async Task<EchoPorts> ReadPortsAsync() => EchoPorts.Parse(await BenchProcess.ReadLineAsync(_process));

    public async ValueTask DisposeAsync()
    {
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static async Task<int> RunAsync()
    {
        await using EchoHost host = await EchoHost.StartAsync();
        Console.WriteLine(host.Ports.ToText());
        return 0;
    }
}
