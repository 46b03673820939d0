namespace Vix.P2p.Client.Streams;

/// <summary>How long to wait before a stream is connected again.</summary>
internal static class ReconnectDelay
{
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a server can ask for.</summary>
    public static readonly TimeSpan MostAsked = TimeSpan.FromSeconds(60);

    /// <summary>Doubles with each failure; the upper half of it is random, so that readers do not come back all at once.</summary>
    /// <param name="failures">Tries that failed one after another, at least 1.</param>
    /// <param name="asked">What the server asks for; null for nothing.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Of(int failures, TimeSpan? asked, double random)
    {
        TimeSpan delay = Least * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        delay = (delay < Most ? delay : Most) * ((1 + random) / 2);
        TimeSpan floor = asked is { } wish ? (wish < MostAsked ? wish : MostAsked) : TimeSpan.Zero;
        return delay > floor ? delay : floor;
    }
}
