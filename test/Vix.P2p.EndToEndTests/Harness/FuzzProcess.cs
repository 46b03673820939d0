using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>The fuzzer as a process.</summary>
internal static class FuzzProcess
{
    // A guard and no speed limit: it needs seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end, in the folder that its corpora are in.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        string assembly = Repository.Path("test", "Vix.P2p.Fuzz", "bin", SampleProcess.Configuration, "net10.0", "Vix.P2p.Fuzz.dll");
        await using ChildProcess process = ChildProcess.Start("dotnet", Repository.Root, [assembly, .. arguments]);
        int code = await process.WaitForExitAsync(Patience);
        return (code, process.Output);
    }
}
