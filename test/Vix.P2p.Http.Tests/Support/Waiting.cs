namespace Vix.P2p.Http.Tests.Support;

/// <summary>Waits for what must come, and fails where it does not.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Guard);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Guard);

    /// <summary>Looks until something is so, for what nothing tells about.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > Guard)
                throw new TimeoutException($"It did not come to this: {what}.");
            await Task.Yield();
        }
    }
}
