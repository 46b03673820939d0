using System.Diagnostics;
using System.Text;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>A process that was started by a test and does not outlive it, and every line it wrote.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        _process.OutputDataReceived += OnLine;
        _process.ErrorDataReceived += OnLine;
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public static ChildProcess Start(string file, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // What the test run itself was given is no part of a user's machine.
        foreach (string name in start.Environment.Keys.Where(IsOfTestRun).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        ChildProcess child = new(new Process { StartInfo = start }, $"{file} {string.Join(' ', arguments)}");
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a command to its end, which has to be a good one.</summary>
    public static async Task<string> RunAsync(string file, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using ChildProcess child = Start(file, folder, arguments, environment);
        int code = await child.WaitForExitAsync(TimeSpan.FromMinutes(5));
        return code == 0 ? child.Output : throw new InvalidOperationException($"{child._name} ended with code {code}:\n{child.Output}");
    }

    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        using CancellationTokenSource deadline = new(within);
        try
        {
            // Waits for the last line too, so that Output is whole.
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} still runs after {within.TotalSeconds} s. It wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until a text has been written.</summary>
    public Task<string> WaitForOutputAsync(string text, TimeSpan within) =>
        Poll.UntilAsync(
            () => Task.FromResult(Output),
            output => output.Contains(text, StringComparison.Ordinal)
                || (_process.HasExited ? throw new InvalidOperationException($"{_name} ended without writing '{text}'. It wrote:\n{output}") : false),
            within,
            $"{_name} writes '{text}'");

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends the input, as Ctrl+D does.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>kill −9: the process has no say in it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal (TERM, STOP, CONT) on a system that has them.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"kill -{signal} ended with code {kill.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static bool IsOfTestRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("P2p__", StringComparison.OrdinalIgnoreCase)
        || name is "CI" or "DOTNET_ENVIRONMENT" or "URLS";

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
