namespace Vix.P2p.Diagnostics;

/// <summary>
/// How many lines at Information one peer may cause: 20 at once, then one in 6 s (docs/security.md, row 16). What is
/// over goes to Debug. Not thread-safe: its owner holds a lock.
/// </summary>
internal sealed class LineAllowance
{
    private const double Burst = 20;
    private const double PerSecond = 1.0 / 6;

    private double _tokens = Burst;
    private long _at;

    public bool TryTake(TimeProvider time)
    {
        long now = time.GetTimestamp();
        if (_at != 0)
            _tokens = Math.Min(Burst, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * PerSecond);
        _at = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
