namespace Vix.P2p.Tests.Testing;

/// <summary>The guard of every wait: a test that hangs fails by itself and says where.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Guard);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Guard);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Guard);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Guard);

    /// <summary>
    /// Waits for what nothing announces, such as a counter: gives other tasks their turn and looks again. Fails by itself
    /// when it does not come.
    /// </summary>
    public static async Task UntilAsync(Func<bool> condition, Func<string>? otherwise = null)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Guard)
                throw new TimeoutException("It did not come to that: " + (otherwise?.Invoke() ?? "no more is known."));
            await Task.Yield();
        }
    }
}
