namespace Vix.P2p.Peers;

/// <summary>
/// Notices one key in two nodes (docs/security.md, row 11): another instance takes over an established connection more
/// often than the limit in 60 s, so the newer is refused for 5 min. Under the table's lock.
/// </summary>
internal sealed class Takeovers
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Penalty = TimeSpan.FromMinutes(5);

    private readonly Queue<long> _at = new();
    private long? _refusedSince;

    /// <summary>Counts one takeover; false when it is one too many.</summary>
    public bool TryCount(int limit, TimeProvider time)
    {
        long now = time.GetTimestamp();
        if (_refusedSince is { } since)
        {
            if (time.GetElapsedTime(since, now) < Penalty)
                return false;
            _refusedSince = null;
        }

        while (_at.TryPeek(out long oldest) && time.GetElapsedTime(oldest, now) >= Window)
            _at.Dequeue();
        if (_at.Count >= limit)
        {
            _at.Clear();
            _refusedSince = now;
            return false;
        }

        _at.Enqueue(now);
        return true;
    }
}
