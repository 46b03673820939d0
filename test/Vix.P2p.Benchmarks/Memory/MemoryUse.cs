using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>What this process holds after everything that can be collected was collected.</summary>
internal readonly record struct MemoryUse(long Managed, long Resident)
{
    public static MemoryUse Now()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new MemoryUse(GC.GetTotalMemory(forceFullCollection: false), process.WorkingSet64);
    }
}
