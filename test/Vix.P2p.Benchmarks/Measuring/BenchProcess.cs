using System.Diagnostics;
using System.Reflection;

namespace Vix.P2p.Benchmarks.Measuring;

/// <summary>This program again, in a process of its own; the two talk by lines on its standard streams.</summary>
internal static class BenchProcess
{
    public static Process Start(params string[] args)
    {
        string program = Environment.ProcessPath!;
        // The dotnet command, where the program was not started by its own executable.
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Assembly.GetExecutingAssembly().Location] : [];
        return Process.Start(new ProcessStartInfo(program, [.. assembly, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} could not be started.");
    }

    public static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The other process ended; it says why above.");
}
