using System.Diagnostics;

namespace Vix.P2p.Soak.Measuring;

/// <summary>What this process holds of the system.</summary>
internal static class ProcessUse
{
    private static readonly string[] Code = [".dll", ".so", ".pdb"];

    /// <summary>
    /// Open handles, but on Linux for those of files with code and its symbols, which the runtime opens when it first
    /// comes to it.
    /// </summary>
    public static int Handles()
    {
        if (OperatingSystem.IsLinux())
            return Targets().Count;
        using var self = Process.GetCurrentProcess();
        return self.HandleCount;
    }

    /// <summary>Threads, those of the runtime too.</summary>
    public static int Threads()
    {
        if (OperatingSystem.IsLinux())
            return Directory.GetFileSystemEntries("/proc/self/task").Length;
        using var self = Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    /// <summary>What is alive on the heap: after a full collection, and one more for what finalizers let go.</summary>
    public static long LiveHeap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>What the handles lead to, where the system says so.</summary>
    public static IReadOnlyList<string> Targets() => OperatingSystem.IsLinux()
        ? [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(Target).OfType<string>().Where(target => !Code.Any(end => target.EndsWith(end, StringComparison.Ordinal)))]
        : [];

    private static string? Target(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            // Closed since it was listed, as that of the listing itself.
            return null;
        }
    }
}
