using System.Reflection;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>A sample as a process.</summary>
internal static class SampleProcess
{
    /// <summary>How long a sample may take for what it is waited for; far more than it needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Configuration { get; } = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Configuration").Value!;

    /// <summary>What `dotnet run` starts: the assembly, in the project's folder. Signals and the exit code are the sample's own.</summary>
    public static ChildProcess Start(string name, params string[] arguments) =>
        StartIn(Repository.Path("docs", "samples", name), name, arguments);

    /// <summary>The same in a folder of the test's, for samples that write into it.</summary>
    public static ChildProcess StartIn(string folder, string name, params string[] arguments) =>
        ChildProcess.Start("dotnet", folder, [Repository.Path("docs", "samples", name, "bin", Configuration, "net10.0", $"{name}.dll"), .. arguments]);
}
