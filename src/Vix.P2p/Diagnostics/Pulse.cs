namespace Vix.P2p.Diagnostics;

/// <summary>
/// Tells those who wait that something has changed. A waiter takes <see cref="Next"/> first, then looks whether there
/// is something for it, and only then awaits: so no change falls between.
/// </summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next beat.</summary>
    public Task Next
    {
        get
        {
            TaskCompletionSource? known = Volatile.Read(ref _next);
            if (known is not null)
                return known.Task;
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, mine, null) ?? mine).Task;
        }
    }

    /// <summary>Wakes who waits; costs next to nothing where nobody does.</summary>
    public void Beat()
    {
        // What has changed is written before this looks for who waits. Without the barrier a processor may look first:
        // a waiter that takes its task between the two sees the old state and is not seen.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _next) is not null)
            Interlocked.Exchange(ref _next, null)?.TrySetResult();
    }
}
