using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Vix.P2p.FunctionalTests.Namespaces;

/// <summary>A host of its own as far as the network goes: interfaces, addresses and routes that only its sockets see.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const int NetworkOnly = 0x40000000; // CLONE_NEWNET

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!OperatingSystem.IsLinux())
            return "network namespaces are of Linux";
        if (!Environment.IsPrivilegedProcess)
            return "network namespaces need root";
        try
        {
            await using (await CreateAsync())
                return null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return $"network namespaces cannot be made here: {e.Message}";
        }
    }

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var made = new NetworkNamespace($"vix-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
        await RunAsync("ip", "netns", "add", made.Name);
        return made;
    }

    /// <summary>Runs <c>ip</c> in it; it has to end well.</summary>
    public Task IpAsync(string arguments) => RunAsync("ip", ["-n", Name, .. arguments.Split(' ')]);

    /// <summary>Runs <c>tc</c> in it, which has to end well; what it wrote.</summary>
    public Task<string> TcAsync(string arguments) => RunAsync("tc", ["-n", Name, .. arguments.Split(' ')]);

    /// <summary>
    /// Does something that makes a socket: that belongs to the namespace of the thread which makes it, and stays in it
    /// whoever uses it. It returns soon.
    /// </summary>
    public T Do<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        // Of its own, since a thread of the pool would take the namespace along to others' work.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkOnly) != 0)
                    throw new Win32Exception();
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    public async ValueTask DisposeAsync() => await RunAsync("ip", "netns", "del", Name);

    private static async Task<string> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with code {process.ExitCode}: {errors.Trim()} {(await output).Trim()}".TrimEnd());
        return await output;
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int handle, int kind);
}
