namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>The command line tool as its user has it: installed from the packed package.</summary>
internal static class CliTool
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The file that is run.</summary>
    public static Task<string> PathAsync() => Installed.Value;

    public static async Task<ChildProcess> StartAsync(params string[] arguments)
    {
        string tool = await PathAsync();
        // A test run that a script has put into the background hands down that Ctrl-C is ignored; a user's shell does not.
        return OperatingSystem.IsLinux()
            ? ChildProcess.Start("/usr/bin/env", PackedPackages.NewFolder(), ["--default-signal=INT", tool, .. arguments])
            : ChildProcess.Start(tool, PackedPackages.NewFolder(), arguments);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using ChildProcess process = await StartAsync(arguments);
        int code = await process.WaitForExitAsync(Patience);
        return (code, process.Output);
    }

    /// <summary>Runs a line in bash, in which the tool is <c>vix-p2p</c>.</summary>
    public static async Task<(int Code, string Output)> BashAsync(string line)
    {
        string folder = Path.GetDirectoryName(await PathAsync())!;
        await using ChildProcess bash = ChildProcess.Start("/bin/bash", PackedPackages.NewFolder(), ["-c", $"export PATH='{folder}':\"$PATH\"; {line}"]);
        int code = await bash.WaitForExitAsync(Patience);
        return (code, bash.Output);
    }

    private static async Task<string> InstallAsync()
    {
        string folder = PackedPackages.NewFolder();
        await PackedPackages.InstallToolAsync("Vix.P2p.Cli", folder);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "vix-p2p.exe" : "vix-p2p");
    }
}
