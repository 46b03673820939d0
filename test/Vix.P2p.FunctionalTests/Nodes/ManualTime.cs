using Vix.P2p.Testing;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Fake time over real sockets.</summary>
internal static class ManualTime
{
    /// <summary>
    /// Moves time on until something has come of it. How far it must go is not known: a deadline begins when the node
    /// has received what begins it, and bytes on a socket come when they come.
    /// </summary>
    public static async Task AdvanceUntilAsync(this ManualTimeProvider time, TimeSpan step, Task outcome)
    {
        using var guard = new CancellationTokenSource(Guard.Time);
        while (!outcome.IsCompleted && !guard.IsCancellationRequested)
        {
            time.Advance(step);
            await Task.Yield();
        }

        await outcome.Soon();
    }
}
