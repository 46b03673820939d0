using Vix.P2p.Testing;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Lets time pass for streams: only while they rest, and to the next of their timers at a time.</summary>
internal static class StreamTime
{
    // A stream that rests has one timer, of at most this; one that writes has another, of twice as much.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    /// <summary>Lets time pass.</summary>
    /// <param name="time">The clock of the streams.</param>
    /// <param name="by">How much; what is due at its end has been set off, and may still be under way.</param>
    /// <param name="streams">The streams that are open.</param>
    public static async Task PassAsync(this ManualTimeProvider time, TimeSpan by, int streams = 1)
    {
        while (by > TimeSpan.Zero)
        {
            // Between reading the clock and setting a timer by it, time must stand still.
            await Waiting.UntilAsync(() => time.Dues.Count(due => due <= Rest) == streams, "all streams rest");
            TimeSpan next = time.Dues.Append(by).Min();
            time.Advance(next);
            by -= next;
        }
    }
}
