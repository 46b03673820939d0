namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>The one place where a test waits for another process: it looks again and again, until a deadline.</summary>
internal static class Poll
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> done, TimeSpan within, string what)
    {
        using PeriodicTimer timer = new(Step);
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            T value = await read();
            if (done(value))
                return value;
            if (TimeProvider.System.GetElapsedTime(started) > within)
                throw new TimeoutException($"Not within {within.TotalSeconds} s: {what}. The last look showed: {value}");
            await timer.WaitForNextTickAsync();
        }
    }
}
