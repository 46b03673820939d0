using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Runs <c>test/interop/peer.py</c>, the implementation in another language.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _complaints;

    private PythonPeer(Process process)
    {
        _process = process;
        // Read from the start: a full pipe would stop the process.
        _complaints = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Skips the test, and says why, where Python or its package is missing.</summary>
    public static PythonPeer Start(params IEnumerable<string> arguments) =>
        new(Run(Interpreter(), [Path.Combine(RepositoryFiles.Root, "test", "interop", "peer.py"), .. arguments]));

    /// <summary>The port a listening peer says first.</summary>
    public async Task<int> ReadPortAsync(CancellationToken cancellationToken)
    {
        using var line = JsonDocument.Parse(await ReadLineAsync(cancellationToken));
        return line.RootElement.GetProperty("listening").GetInt32();
    }

    /// <summary>What happened, once the process has ended.</summary>
    public async Task<(int ExitCode, JsonElement Result)> ReadResultAsync(CancellationToken cancellationToken)
    {
        using var line = JsonDocument.Parse(await ReadLineAsync(cancellationToken));
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, line.RootElement.Clone());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Interpreter()
    {
        // A python3 of the user's own often comes first in the path and lacks the system's packages.
        string[] candidates = OperatingSystem.IsWindows() ? ["python"] : ["python3", "/usr/bin/python3"];
        var found = candidates.FirstOrDefault(HasCryptography);
        if (found is null)
        {
            Assert.Ignore("There is no python3 that can import `cryptography` (Debian: python3-cryptography).");
        }

        return found!;
    }

    private static bool HasCryptography(string interpreter)
    {
        try
        {
            using var probe = Run(interpreter, ["-c", "import cryptography.hazmat.primitives.ciphers.aead"]);
            if (probe.WaitForExit(TimeSpan.FromSeconds(30)))
            {
                return probe.ExitCode == 0;
            }

            probe.Kill();
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static Process Run(string interpreter, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new ReferencePeerException($"peer.py ended without a result: {await _complaints.WaitAsync(cancellationToken)}");
}
